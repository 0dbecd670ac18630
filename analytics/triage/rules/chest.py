"""Heart, breath and throat."""

from collections.abc import Mapping
from typing import Final

CHEST: Final[Mapping[str, str]] = {
    "chest_pain": """
        stab*|poignard|couteau|pointe inhale|inspire|breathe|respire|breath ~8
        SQUEEZE|serre|brule|burning|PAIN|crushing spray|trinitrine|gtn|nitroglycerin*|trinitrin*|
            natispray NO_HELP|nothing|rien|no_effect|sans_effet|useless|twice|not ~40+
        au_milieu|middle|centre|center SQUEEZE|serre|crushing|brule|burning JAW|dents|teeth|arm|
            bras|
            neck|cou|dos|back|spray|shoulder|epaule ~25+
        stab*|knife|couteau|poignard|dagger side|cote|ribs|CHEST|dos BREATHE|breath|inspire|souffle|
            inhale|respir* ~25+
        HEART_ATTACK -ABOUT|CALM
        CHEST PAIN ~7 -MUSCLE
        JAW ARM PAIN ~9
        ARM PAIN SWEAT ~9
        ARM|JAW PAIN BREATHLESS ~10
        SQUEEZE TORSO ~8 -bra|workout|gym|bench|couch*|cough|toux|tousse|film|technique
        SQUEEZE HE COLD_SWEAT GREY ~30+
        COLD_SWEAT GREY TORSO|ARM ~30+
        indigestion|heartburn|gas SWEAT|ARM|JAW|GREY ~25+ -haha|calories|prix
        ARM|JAW SQUEEZE|NUMB|PAIN CHEST ~25+
        TORSO|CHEST PAIN COLD_SWEAT|JAW|ARM|GREY ~30+
        heart|coeur|palpitations racing|pounding|fluttering|jumping|bat_trop|s_emballe|bat_vite|
            bondit FAINTED|FAINTY|BREATHLESS|faint*|malaise ~20+
        clutch*|hold*|grab*|tient|agrippe|rubbing CHEST|TORSO ~5
        between_my_shoulder_blades|entre_les_omoplates PAIN|SEVERE|tearing|ripping|dechir* ~8
        heart|coeur SQUEEZE|PAIN SWEAT|COLD_SWEAT|BREATHLESS|ARM ~25+
        CHEST|TORSO|coeur|heart|mal_au_coeur PAIN|SQUEEZE ARM|LIMB|COLD_SWEAT|JAW ~25+
        ARM NUMB|heavy|lourd|engourdi* COLD_SWEAT|SQUEEZE|GREY ~25+
        SQUEEZE COLD_SWEAT GREY|ARM|JAW|sit|asseoir|VOMIT ~30+
        JAW|machoire ARM|bras_gauche|left_arm|petit_doigt PAIN|tire|ache|VOMIT|SQUEEZE|spreads|
            monte|sweat*|nausea ~25+
        barre|SQUEEZE|crushing petit_doigt|ARM|descend|JAW minutes|depuis|since|hour ~30+
        stent|stents|angina|angine|angor|spray|trinitrine gtn|grip|came_back|back|revenue|twice|
            still|not_working TORSO|SQUEEZE|PAIN ~40+
        SQUEEZE COLD_SWEAT ~16 -gym|workout|run
        TORSO|CHEST SQUEEZE ~12 -cuff|brassard|bra|gym|workout|bench|cough
        HEART_ATTACK HAPPENING ~9+ -in_my_twenties|wedding|diary|record|form|leaflet|poster|server
    """,
    "breathlessness": """
        calf|mollet|leg|jambe swollen|gonfle*|swelled|fat|enfle* BREATHE|BREATHLESS|souffle|
            breath|puff|air ~70+
        NO_BREATH
        CHOKE -ABOUT|CALM
        STRUGGLE > BREATHE|A_BREATH|AIR ~5
        STRUGGLE > BREATHLESS ~4
        BREATHING > HARD ~3
        HARD > BREATHING ~2
        BREATHLESS VERY|SEVERE ~5
        BREATHLESS NO_SPEECH ~9
        SUDDEN BREATHLESS ~5
        NOT > GET > AIR ~5
        LIPS BLUE ~5
        ASTHMA ATTACK ACUTE ~20+ -ABOUT|last_month
        INHALER NO_HELP ~8
        WHEEZE SEVERE|SPEAK ~8
        RIBS SUCK ~5
        GASP
        NO > ONLY_AIR ~2
        NOT|PAS > FINISH > SENTENCE ~6
        ONLY_FEW SENTENCE BREATHE|A_BREATH ~12
        ONLY_FEW SENTENCE STOP GASP ~14
        NO_FLAT BREATHE|A_BREATH|BREATHLESS|WHEEZE|AIR ~12
        SATS > LOW_SATS ~5
        LIP_OR_NAIL BLUISH ~7 -bruise|stub*|trapped|nail_varnish|polish|vernis
        short > breath ~4 -climb|floors|flights
        short > wind ~3
        NO_FLAT|lying_down|couche|couchee|allonge drown*|noie|noyer|etouff*|suffo* ~12
        pink_froth|pink_foam|mousse_rose|ecume_rose|frothy
        stopping|stop|arreter|arrete between|after|apres|chaque|every words|word|mots ~6
        SATS|oximeter|finger_thing|finger|doigt|saturation|oxygen > LOW_SATS ~7
        WHEEZE BLUISH|ONLY_FEW|SUCK|HARD ~20+
        shoulders|epaules going_up|heaving|montent|soulevent|up_and_down ~5
        RIBS|belly|ventre|tummy|throat|gorge SUCK BREATHE|BREATHING|breath|breaths ~14
        cannot|not|pas|plus finish|finir|complete|terminer sentence|phrase ~5
        belly|ventre|chest creuse|sucking|caving|pulling|rentre BABY|HE ~12
        BREATHE|BREATHING|breath|breaths HARD|fast|vite SLEEPY|NO_FEED|BLUISH ~25+
        BABY|CHILD BREATHING|BREATHE fast|vite|rapid*|quick*|grunting|noisy|stops|pauses|arrete ~8
        tripod|leaning_forward|penche_en_avant BREATHE|BREATHING|breath|air|souffle ~16
        cannot|not|PAS get|catch|draw|reprendre|trouver breath|air|wind|souffle ~5
        silote|silotte|siler|sile
        suffocat*|suffoque|etouffe HE|i|je|j ~5
        sleeping|dors upright|chair|armchair|fauteuil|assis drown*|noie|etouff*|BREATHE|air ~16
        not|pas|plus enough|assez|suffisamment air|souffle|oxygene ~3
        calf|mollet|leg swollen|hot|fat|gonfle|enfle|chaud|rouge|sore BREATHE|BREATHLESS|ribs|
            chest|breath|panting|poitrine|souffle ~50+
        ribs|side|cote|cotes|CHEST knife|couteau|stab*|poignard* BREATHE|BREATHING|BREATHLESS|
            breath|panting|breathe ~20+
        panting|pant|halete|haletant like_a_dog|cannot|comme_un_chien|BLUISH ~12+
        lungs|poumons|inhaler|puffer|ventoline packed_up|doing_nothing|empty|vide|useless|
            NO_HELP|finished ~20+
        NO_FLAT|lying|lie|allonge*|couche*|flat drown*|noie|noyais|noyer|noy*|underwater|
            sous_l_eau|etouff*|suffo* ~14
        sitting|sit_up|assis|assise|sat|debout|upright night|nuit|window|fenetre|edge drown*|
            noie|noyais|flat|allonge|underwater|air|breath|souffle ~40+
        asthma|asthme|asthmatique|inhaler|pump|pompe forward|cry|pleurer|finished|vide|empty|
            cannot|talk|parler|knees|blue|exhausted|epuise* NOT|PAS|not|no_more|hands|only|CHILD
            ~30+
        breathing|respire once|une_fois|toutes_les|every ten|dix|seconds|secondes|minute ~9
        poitrine|chest|ribs|cotes|ventre creuse|sucks|caves|dips inspire|breathe|respire|breath|
            phrase|sentence ~16
        sentence|phrase|senten|words arrete|stop|pause|finish|finir|breath|trois_fois|three_times|
            half ~9
        asthma|asthme kicking_off|bad|attack|crise|puffs|puffer|finish|phrase|inhaler puffs|finish|
            cannot|worse|straw|phrase|blue|work* ~25+
        puffs|bouffees|inhaler|ventolin* still|encore|straw|paille|nothing|worse ~14
    """,
    "choking": """
        eating|ate|mange|mangeait|repas|meal|dinner|lunch|supper|table no_noise|no_sound|
            not_a_sound|plus_un_son|aucun_son|plus_un_bruit|no_noise_comes|mains_a_son_cou|
            hands_to_her_neck|SOUNDLESS purple|blue|violet|bleu|BLUISH|cou|throat|neck|gorge ~30+
        mains|hands|hand cou|neck|throat|gorge son|bruit|sound|noise|violet|blue|purple|parle
            ~25+ -cold|froid|cream
        CHOKE_FOOD STUCK_IN ~10 -CALM|ABOUT|REASSURED
        CHOKE_FOOD SOUNDLESS|BLUISH|grabbing|clutching|drool*|hitting_his|hitting_her ~30+
        chok*|etouffe|s_etouffe CHOKE_FOOD ~10
        chok*|etouffe|s_etouffe|etouffer SOUNDLESS|BLUISH|NO_BREATH ~14
        THROAT|neck|cou pointing|grabbing|clutching|holding|clawing|tient|montre|agrippe SOUNDLESS|
            BLUISH|drool*|cough ~25+
        cannot|not cough talk|speak|breathe|cry|make ~6
        peut|peux pas|plus tousser parler|respirer|crier ~8
        avale|swallowed|inhaled|sucked_in CHOKE_FOOD SOUNDLESS|BLUISH|drool*|bave|WHEEZE|NO_BREATH|
            THROAT ~25+
        lodged|stuck|coince|bloque THROAT|airway|windpipe|trachee SOUNDLESS|NO_BREATH|NO_SWALLOW|
            drool*|BLUISH|cough|tousse ~25+
        fausse_route
        baby|bebe|HE chok*|etouffe|s_etouffe ~6
        mains_au_cou|hands_to_his_throat|hands_at_his_throat|hands_round|hands_on_his_throat|
            hand_at_her_throat|tient_la_gorge SOUNDLESS|repas|meal|dinner|eating|bruit|yeux|eyes|
            purple|mange ~30+
        mouth|bouche groundnut|peanut|coin|bead|toy|marble|cacahuete|bille|bouton|nut cough*|
            tousse|voice|voix|colour|couleur|blue|silent|cry ~30+
        mango|food|CHOKE_FOOD|jouet|toy no_sound|turning_blue|blue|bleu|violet|viole|respire|
            respir|silent BABY|CHILD|bebe|baby|HE ~30+
        avaler|avale|swallowed jouet|toy|bout|coin|piece respir*|blue|violet|breathe|viole ~25+
    """,
    "anaphylaxis": """
        ALLERGY|allergi* mouth|bouche|face|visage|levres|lips|tongue|langue SWELL|SWELL_UP
            BREATHE|BREATHLESS|breath|respirer|HARD ~40+
        ANAPHYLAXIS ACUTE|HE ~60+ -ABOUT|CALM
        THROAT SWELL ~5
        BARE_FACE|EYE SWELL ALLERGY|FAINTY ~16
        SEVERE ALLERGY REACTION ~5
        ALLERGY FAINTY ~10
        ALLERGY NO_BREATH|BREATHLESS ~10
        ALLERGY NO_SWALLOW ~12
        ALLERGY FAINTED ~12
        EPIPEN USED ~4
        ALLERGY SWELL BARE_FACE ~18
        throat|gorge|tongue|langue|lips|levres|airway|face|visage SWELL ALLERGY ~40+
        ALLERGY VOICE_CHANGED ~40+ -CALM|ABOUT|REASSURED
        ALLERGY WHEEZE|NO_BREATH|BREATHLESS|cough|coughing|barking ~30+
        ALLERGY THROAT tight|tightening|closing|itchy|funny|serre|ferme|gratte|lump|boule|gonfle
            ~25+
        ALLERGY FAINTY|FAINTED|GREY|collapsed|head_turning|tete_qui_part|tete_qui_tourne|VOMIT|
            SLEEPY|malaise hives|HIVES|itch*|gratt*|plaques|boutons|rash|stung|pique|welts|swell*|
            gonfl* ~40+ -REASSURED
        hives|HIVES|welts|plaques|boutons|urticaire|rash THROAT|lips|tongue|levres|langue|eyes|
            yeux|visage|face SWELL ~30+
        hives|HIVES|welts|plaques|boutons|urticaire WHEEZE|BREATHLESS|VOICE_CHANGED|NO_BREATH|
            FAINTY|FAINTED|VOMIT ~40+
        EPIPEN coming_back|again|worse|closing|not_working|THROAT|revient|BREATHE ~20+
        antibio*|medicine|tablet|injection|vaccin*|dye|contraste THROAT|tongue|lips|langue|levres|
            face|visage swell*|gonfl*|ferme*|closing|tight|close* ~25+
        BARE_FACE|eyes|eye|yeux SWELL|double stung|sting|pique|piquer|guepe|bee|wasp|abeille|frelon
            ~20+
        ALLERGY THROAT lump|boule|grows|closing|thick|epais|serre|full|heavy ~40+
        ALLERGY HIVES|itch*|gratt*|scratching|demang* sank|FAINTED|FAINTY|fell|tombe*|tomber|
            collapsed|passed|grey|blue|weak|dizzy ~60+
        ALLERGY EYE|eyes|yeux not|PAS|plus|shut|closed|fermes|ferme open|ouvrent|ouvre|swell*|
            gonfl*|enfl* ~40+
        ALLERGY swallow|avaler|salive|saliva cannot|not|impossible|PAS|plus|hard|difficile|mal ~40+
        lips|lip|tongue|eyes|face|levres|langue|visage|yeux double|doubled|twice|balloon|ballon|
            huge|size|enormes|triple ate|mange|eaten|took|pris|stung|pique|after|apres|minutes ~30+
        tongue|lips|face|throat|throats|langue|levres|visage too_big|big|fat|huge|getting|grosse|
            gros|grossi|enorme|double|thick ALLERGY|HIVES|itch*|gratt*|after|apres|ate|mange|prawn
            ~40+
        HIVES all_over|everywhere|partout THROAT|BREATHE|breath|tongue|FAINTED|VOMIT|dizzy|SWELL
            ~40+
        ALLERGY|antibiotic|first_dose|jab|injection|stung|prawns HIVES|welts|palms|itch*|rash|
            gratt* closing|dim|collar|tight|FAINTY|VOMIT|throat|swell*|floor|voice|breath* ~50+
        ANAPHYLAXIS HAPPENING ~9+ -in_my_twenties|wedding|diary|record|form|leaflet|poster|server
    """,
}
"""Code of the flag -> its rules, one a line."""
