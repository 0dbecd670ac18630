"""The brain, the head and the eyes."""

from collections.abc import Mapping
from typing import Final

BRAIN: Final[Mapping[str, str]] = {
    "stroke": """
        visage|face|bouche|mouth|sourire|smile asymetrique*|asymmetric*|de_travers|uneven ~5
        trouve|find|cherche PAS|plus|cannot|not ses_mots|her_words|his_words|mots|words ~8
        STROKE ACUTE|HE ~60+ -ABOUT|CALM
        FACE DROOP ~7
        FACE NO_MOVE|NO_LIFT ~6
        FACE NUMB ~5
        SLUR -stuffy_nose|notifications
        TALK > NONSENSE ~4
        NO_SPEECH SUDDEN|PROPERLY|FACE|LIMB ~9
        NO_SPEECH ONE SIDE ~10
        LIMB|SIDE NUMB ~6
        LIMB|SIDE WEAK SUDDEN|ONE ~7 -ABOUT|CALM|REASSURED
        NO_LIFT LIMB ONE ~7
        NO_LIFT SIDE ~5
        CANNOT > SENSE > LIMB|SIDE|FACE ~6
        SUDDEN CONFUSED ~6
        VISION LOST ~5
        BLINDED EYE|SUDDEN ~6
        SUDDEN VISION|EYE NOT ~6
        SEE > PAS > EYE ~6
        NOT > SEE > EYE ~7
        SUDDEN NOT WALK ~6
        LIMB NOT > LIFT ~6
        HALF FACE LIFT|WEAK|NUMB|DROOP ~8
        LIMB|HALF NO_STRENGTH ~6
        LOST > SPEECH ~3
        SUDDEN NO_SPEECH ~9
        DROP_THINGS LIMB ARM_SIDE ~9
        LIMB > NOT > LIFT ~4
        FACE|lip|lips|smile|sourit|sourire DROOP|funny|crooked|travers|wonky|melted|fallen|fell|
            down|dropped|tombe|devie|tordu ~7
        smile|smiles|sourit|sourire|smiling one_side|half|lopsided|crooked|travers|un_cote|
            un_seul_cote|moitie ~8
        one_side|un_cote FACE|smile|mouth|bouche ~6
        dribbl*|drool*|bave|baver|leaking|ran_out|coule mouth|bouche|one_side|side|un_cote|corner|
            coin ~7
        drop*|tombe|tombent|lache|falls|fall|slips fork|spoon|cup|mug|cuillere|fourchette|tasse|
            verre|phone|telephone|keys|glass|cutlery|hand|doigts|stylo|pen|plate|assiette|pain|
            sourire|smile HE|i|je|j ~9
        words|speech|talk*|talking|parle|speaking|mots NOT_WORDS ~9
        talk*|parle|speaking|sounds like_a_drunk|like_drunk|like_he_is_drunk|like_she_is_drunk|
            drunk|comme_un_ivrogne|bourre|saoul|ivre|comme_s_il_avait_bu|patate ~8
        ARM|LIMB|leg|hand|jambe|main|bras refus*|no_longer|will_not|not_respond*|dead|obeit|repond|
            lourd*|heavy|weak|morte|mort|limp ONSET|ONE|FACE|TALK ~20+ -in_2016|in_2015|in_2018|
            in_2019|exercises
        NOT|PAS feel|sens|sent|move|bouger|lift|lever|use|bouge ARM|LIMB|SIDE|jambe|bras|main|leg|
            cote ~8
        arm|leg|bras|jambe|hand|main PAS|NOT lift|leve|lever|bouge|move|moving|obeit|repond|
            respond|mueve|work|working|marche ONE|ONSET|FACE|TALK|words|parle ~14
        SUDDEN|ONSET NO_SPEECH|NO_MOVE|numb|weak|engourdi|paralys* ~12
        pins_and_needles|pin_and_needles|fourmis|fourmillements|tingling FACE|SPEAK|leg|LIMB
            NO_SPEECH|NOT|refus*|DROOP ~30+
        LIMB|leg|arm|bras|jambe WEAK|NUMB|gone|went SLUR|SPEAK|TALK|FACE|parle|words|mots ~25+
        find|trouve|trouver|get|sort|sortir|coming_out words|mots|his_words|her_words PAS|NOT|plus|
            wrong|melange*|jumbled ~7 -notifications
        only_mmm|mmm|baragouine|marmonne
        peux|peut|pouvais|pouvait|arrive|arrives|arrivent|arrivait|parviens|parvient|reussis|
            reussit|sait > PAS > parler|articuler|prononcer ~6 -parler_a_mon|parler_a_ma|
            parler_a_mes|parler_au|parler_de|parler_du|parler_avec|en_parler|lui_parler|
            leur_parler|public|anglais|francais|telephone|voix|angine|rhume|laryngite
        incapable|incapables > parler|articuler|prononcer ~3
        parle|parler tout_croche|croche|charabia|bizarre|drole|mal|chinois|bouillie|patate ~5
        SUDDEN|ONSET dizzy|vertige|vertiges|balance|walking|marcher|spinning|titub* double|cannot|
            NOT|vomi*|FACE|SPEAK|walk|droit ~20+
        voit|vois|see|seeing double FACE|LIMB|SPEAK|walk|SUDDEN|ONSET ~20+
        left_side|right_side|cote_gauche|cote_droit numb|dead|weak|gone|heavy|lourd|mort|engourdi|
            paralys*|sens_plus|tingl* ~6
        understand|comprend|comprends PAS|NOT|nothing|rien|plus says|saying|raconte|dit|words ~10
        drop*|tombe*|lache* three|trois|times|fois|keeps hand|main|fingers|doigts ~20+
        say|says|dis|dit mean|means|veux_dire|veut_dire ~8
        face|visage|bouche|mouth croche|bord|crooked|droop*|travers|slid|melted ~7
        sourit|sourire|smile|smiles|smiling moitie|half|one_side|d_un_cote|cote ~8
        left_hand|right_hand|main_gauche|main_droite|left_arm|right_arm rubber|clumsy|useless|
            foreign|dead|caoutchouc|coton|obeit|etrangere|someone_else ~8
        TALK|words|speech NOT_WORDS|salad ~9
        trying_to_tell|essaie_de_parler|tries_to_talk|wants_to_talk|tries_to_speak|veut_parler
            only|comes_out|sort|nothing|frightened|sounds|rien ~14
        own_hand|own_arm|own_leg|whose_hand|belongs_to|pas_a_moi|pas_la_mienne|not_mine|not_hers|
            someone_else_s hand|arm|leg|main|bras|jambe|lift ~12
        coule|dribbles|dribbling|spills|leaks|leaking seul_cote|one_side|one_corner|coin|side|
            corner ~8
        dropped|lache|laisse fork|cup|cuillere|tasse talks|words|face|smile|parle|bizarre|stared|
            perdu ~25+
        STROKE HAPPENING ~9+ -in_my_twenties|wedding|diary|record|form|leaflet|poster|server
    """,
    "seizure": """
        tremble*|shak*|secoue*|convuls*|jerk* bave|drool*|foam*|mousse|froth*|ecume ~20+
        fit|fits|fitt|fitting|seizure|crise|turn|shaking one|another|second|next|third|autre|
            suivante|deuxieme straight_into|in_a_row|d_affilee|without_waking|between|entre|
            NO_STOP|sans_se_reveiller ~30+
        SEIZURE ACUTE|HE|NO_STOP|PAS ~60+ -ABOUT|CALM
        FIT -ABOUT|CALM
        JERK LIMB ~6
        SHAKE BODYALL ~5
        EYE ROLLED SHAKE ~14
        FOAM FACE ~4
        JERK BODYALL ~5
        BITE TONGUE STIFFEN|SHAKE ~12
        STIFFEN JERK ~6
        turns|crise|crises|fits|spell another|encore|back_to_back|straight_into|not_come_round|
            still_going|three|two|autre ~16
        crise|fit|fits tremble|secou*|mordu|par_terre|bave|mousse|raid*|yeux ~25+
        shak*|tremble*|jerk*|secou*|thrash*|convuls* all_over|partout|whole_body|tout_le_corps|
            par_terre|on_the_floor|eyes|yeux|NO_STOP|NO_ANSWER|UNCONSCIOUS|wet_himself|wet_herself|
            pipi ~20+
        wet_himself|wet_herself|pipi_dessus|peed_himself|peed_herself|bit_his_tongue|
            bit_her_tongue|mordu_la_langue shak*|jerk*|stiff*|secou*|raid*|tremble*|UNCONSCIOUS|
            floor|par_terre|NO_ANSWER ~40+
        eyes|yeux rolled|rolling|back|blancs|white|revuls*|retourn* shak*|jerk*|stiff*|secou*|
            raid*|tremble*|twitch*|foam*|mousse|BABY ~25+
        foam*|froth*|mousse|ecume|bave mouth|bouche|mouf|lips|levres ~6
        stiff|raide|rigid* eyes|yeux|jerk*|secou*|shak*|blue|bleu ~20+
        BABY|CHILD|HE twitch*|jerk*|convuls*|stiffen* eyes|not_respond*|floppy|limp|fever|hot ~25+
        arms_and_legs|bras_et_jambes|bras_et_les_jambes|limbs shak*|jerk*|secou*|thrash*|going|
            flail* ~8
        staring|stares|fixe|blank|blanc|absent|absente twitch*|smacking|lips|jerk*|mache|NO_ANSWER|
            not_respond*|repond_pas ~20+
        epilep* fit|fits|crise|crises another|third|troisieme|quatrieme|again|second|woke|encore
            ~60+
        bras|arm|jambe|leg bat|jerk*|twitch*|secoue*|shak* tout_seul|tout|alone|itself|own|puis|
            revient ~30+
        fois|third|fourth|quatrieme|troisieme depuis|since|entre|between PAS|not|never|jamais
            revient|woke|comes|himself|conscience ~50+
        fitting|fittng|fitin|convulsing NO_STOP|minutes|still|again|HE|child ~8 -kitchen|bra|well|
            room|clothes
        body|corps|arms|legs|bras|jambes bouncing|jerk*|shak*|secou*|tape|pistons|flapping|bounces|
            convuls*|going ~9 -gym|dance|trampoline
        stopped_mid_sentence|smacked_her_lips|smacking|fiddled|fiddling|picking_at|mid_sentence|
            stares_through down|floor|bouncing|shak*|whole_body|answer|twitch* ~40+
        par_terre|floor|ground tape|tapes|bras|arms|jambes|legs yeux|eyes|bave|drool*|mousse|foam|
            a_l_envers|arrete ~30+
        rigid|raide|raidi|stiff shook|shak*|secousses|secoue*|jerk* ~14
        teeth|dents|jaw|machoire clamp*|serrees|serre|clench*|locked arms|shak*|bras|eyes|blue|
            dusky|lips ~25+
        shook|shaking|shakes stopped|again|encore round|properly|awake|NOT ~25+
        crise epilep*|convuls*|minutes|NO_STOP ~10 -CALM|ABOUT|rigole
        body|corps jumping|jump*|saute* floor|tongue|wet|eyes|electricity|whole ~20+
        mordu|bit langue|tongue ~4
        electric* jumping|shak*|whole|body tongue|wet|stared ~30+
        SEIZURE HAPPENING ~9+ -in_my_twenties|wedding|diary|record|form|leaflet|poster|server
    """,
    "sudden_headache": """
        hit|frappe|coup|batte|bat|hammer|marteau back_of|derriere|arriere|skull|crane|nuque zero|
            second|seconde|nobody|personne|instant ~30+
        tete|head|crane mains|hands eclate|burst|explose*|popped|split|prostre|crie|screamed ~25+
        HEADACHE|HEAD_PAIN SUDDEN|ONSET SEVERE|UNBEARABLE|neck|nuque|cou|knees|genoux|floor ~30+
        skull|head|tete|crane|headache exploded|explosion|popped|pete|explose|burst back|behind|
            zero|second|derriere|never|seconds|seconde|d_un_coup ~20+
        BAD_HEADACHE
        HEAD_PAIN SEVERE THROW_UP ~9
        HEADACHE|headache|head|tete WORST SUDDEN|ONSET|vomi*|neck|nuque|collapsed|VOMIT|never|
            jamais ~25+
        head|tete explod*|explos*|explose|pop|popped|crack|snapped|hit_with|coup_de ~10 -wall
        thunderclap|coup_de_tonnerre|worst_headache|pire_mal_de_tete|pire_migraine
        headache|HEADACHE|head SUDDEN|ONSET worst|agony|UNBEARABLE|vomi*|stiff|neck|VOMIT|seconds
            ~25+
        headache|HEADACHE VOMIT weak|numb|NOT_RIGHT|vision|SLEEPY|double|worst ~30+
        bat|hammer|marteau|batte|axe|hache|brick|massue|petard hit|coup|head|tete|crane|skull
            VOMIT|PAIN|neck|nuque|behind|vomited|derriere|eclat* ~40+
        petard|explosion|bombe|tonnerre crane|tete|skull|head ~8
    """,
    "meningitis": """
        arch*|cambre*|renverse* head|tete|back|dos curtain|curtains|light|lumiere|rideau|burning|
            FEVER|brulant|fievre ~30+
        menton|chin baisser|lower|touch|toucher|bend FEVER|fievre|hot|chaud|burning|brulant ~40+
        MENINGITIS ACUTE|HE ~60+ -ABOUT|CALM|dossier|a_6_ans
        STIFF_NECK FEVER|LIGHT|RASH ~16
        NO_LIFT NECK FEVER ~12
        RASH NO_FADE ~12
        RASH PURPLE FEVER ~14
        FONTANELLE BULGE ~4
        soft_spot|fontanelle|soft_part|top_of_his_head|top_of_her_head bulg*|bombe*|swollen|
            gonfle*|tendue|raised|sticking ~9
        high_pitched|high_pitch|high_scream|cri_aigu|shrill|strange_cry|pleurs_aigus BABY|HE fever|
            stiff|arch*|SLEEPY|soft_spot|soft_part|bulg*|hot|FEVER ~40+
        spots|dots|rash|marks|points|taches|boutons|bruises|purpura|plaques glass|verre|tumbler
            NO_FADE|NOT|pas|still|stay|restent|disparai*|fade|blanch*|part ~14
        chin|menton|cou|neck|nuque chest|poitrine|poitr*|bend|plier|move|tourner|raide|stiff|NOT|
            PAS HEADACHE|headache|head|FEVER|light|lumiere|lights|vomi*|tete ~25+
        light|lights|lumiere|bright headache|HEADACHE|head|tete FEVER|vomi*|neck|nuque|stiff|
            SLEEPY|cou|rash ~30+
        FEVER|hot|brulant* spots|rash|marks|taches|points|bruises|bleus PURPLE|dark|rouges|red
            SPREADING ~25+
        FEVER|fievre|temp cold_hands|icy|hands_and_feet|mains_froides|glacees|pieds_glaces SLEEPY|
            spots|rash|HEADACHE|NOT_RIGHT|screams ~40+
        FEVER SLEEPY|NOT_RIGHT neck|nuque|light|lumiere|lights|rash|taches|spots ~40+
        arch*|arche|cambre* back|dos|baby|BABY cry|crie|cries|screams|FEVER|soft_part|bulg* ~25+
        cou|neck|nuque rouille*|rusted|wood|bois|bloque*|locked|stuck|plank brule|brulant*|hot|
            FEVER|volets|dark|noir|curtains|lumiere|vomi*|head|tete ~40+
        curtains|volets|rideaux|dark|noir|shutters neck|cou|nuque|head|tete FEVER|brule|vomi*|
            stiff|rouille|hot ~40+
        bruises|bruis*|spots|bleus|taches|points coming_up|new|stomach|legs|ventre|jambes|little
            stiff|babbl*|flu|fever|FEVER|confus*|grippe ~40+
        menton|chin baisser|touch|toucher|lower|poser rideau|light|lumiere|FEVER|TEMP_FEVER|vomi*|
            hurle|40 ~40+
        back|dos|neck|cou|nuque stiff|plank|raide|bois|plie|board lamp|light|lumiere|lamp|head|
            tete|vomi*|FEVER ~40+
        lumiere|light|lamp|lights PAS|not|hates|hurts|suporte|supporte|bear|stand FEVER|fievre|
            vomi*|VOMIT|stiff|neck|cou ~30+
    """,
    "head_injury": """
        HEAD_BLOW SLEEPY|NOT_RIGHT|marmonne|mumbl*|ouvrir_les_yeux|open_his_eyes|open_her_eyes
            VOMIT|rendu|SLEEPY|twice|deux_fois|minutes ~90+ -REASSURED
        NO_WAKE|UNCONSCIOUS HEAD_BLOW ~30+ -ABOUT|CALM|server
        HEAD_HIT HEAD_SIGN ~18
        HEAD_HIT HEAD_SIGN ~28+
        HIT UNCONSCIOUS|FAINTED ~10 -pillow
        KNOCKED_OUT -ABOUT|CALM|REASSURED
        PUPIL UNEQUAL ~5
        FALL_FROM FALL_SIGN ~18
        HEAD_BLOW clear|watery|clair|liquide|fluid nose|ear|nez|oreille|ears ~40+
        clear|watery|clair|transparent fluid|stuff|liquide|liquid|water|eau nose|ear|nez|oreille|
            ears ~10
        HEAD_BLOW VOMIT|NOT_RIGHT|SLEEPY|pupil*|SEIZURE|seizure|blood_thinner*|thinners|xarelto|
            warfarin|eliquis|apixaban|rivaroxaban|sintrom|previscan ~60+
        HEAD_BLOW knocked_out|was_out|out_for|out_cold|passed_out|unconscious|connaissance|
            blacked_out|ko|lump|squishy|dent|soft|boggy|enfonce|cannot_remember|souvient|memory
            ~50+ -REASSURED
        one_pupil|pupils|pupilles|une_pupille bigger|larger|different*|grosse|grande|blown|uneven|
            dilat*|size ~8
        HEAD|tete|crane fracture*|cracked|split_open|dented|enfonce|ouvert ~5
        sparko|spark_out|sparked_out|knocked_for_six
        lamped|decked|punched|jumped|beaten|tabasse|frappe|battu see_straight|chuck*|VOMIT|SLEEPY|
            NOT_RIGHT|was_out|ear|nose|pupil* ~50+
        HEAD_BLOW|poteau|planche|ski|snowboard|bike|velo|moto|puck|ball|temple memoire|memory|trou|
            double|clumsy|sleepy|blacked|blackout|blacked_out ~40+
        poteau|mur|branche|barre tete|crane|memoire|mange|front memoire|vomi*|double|connaissance|
            trou ~40+
    """,
    "unconscious": """
        bouge|reagit|repond|wake|moves PAS|plus|not bu|drunk|ko|alcool|baffes|secoue|shak*|slap*
            ~20+
        ko bu|drunk|secoue|baffes|bouge ~20+
        shouting|shout|shouted|calling|screaming|crie|hurle|appelle|gifle|slapping in_his_ear|
            in_her_ear|his_name|her_name|like|comme|son_nom|dans_l_oreille mattress|wall|stone|
            log|doll|dropped|mur|pierre|poupee|buche|matelas|nothing|rien|answer|reponse ~20+
        HE dropped|drops|tombe|tombee|down treadmill|pitch|mid_sentence|like_a_stone|
            comme_une_pierre|comme_une_masse|raide|d_un_coup|in_the_middle ~9 -phone|film|price
        UNCONSCIOUS HE|ACUTE|i ~30+ -ABOUT|CALM|haha|teacher
        FAINTED -ABOUT|CALM
        NO_PULSE
        NO_WAKE
        HE NO_ANSWER ~4
        HE NO_BREATH ~5
        STOP > BREATHE ~2
        BABY LIMP ~5
        FLOOR NO_MOVE|NO_ANSWER ~8
        NOT|cannot|PAS|trying rouse|wake|waking|reveiller|reveille|come_round|revenir|respond|
            responding|repond|reagit|reaction ~5
        HE|somebody floor|par_terre|slumped|collapsed|evanoui|tombe|ground|couche|couchee|lying|
            allonge NO_ANSWER|NO_WAKE|NO_MOVE|not_respond*|repond_pas|reagit_pas|bouge_pas|
            bouge_plus|rien|nothing ~20+
        secoue|secoues|secouons|shake|shook|shaking|pinch|pince|pinces|slap|shout|shouting|appelle|
            crie|calling rien|nothing|NO_ANSWER|NO_WAKE|NOT|pas_de_reaction|aucune_reaction|
            no_reaction|no_response ~14
        floppy|limp|mou|molle|inerte rag_doll|ragdoll|poupee|doll|chiffon ~5
        snoring|ronfle|gurgl*|rattle|rales|gargouille* NO_WAKE|NOT|PAS|blue|bleu|grey wake|respond|
            reveiller|reveille|rouse|move ~30+
        eyes_open|yeux_ouverts nothing|rien|nobody|personne|not_respond*|repond_pas ~10
        NOT|no|PAS|cannot find|feel|trouve|sens|any pulse|pouls|heartbeat ~6
        head|tete rolled|lolling|lolls|falls|tombe NO_ANSWER|NO_WAKE|pulse|nothing|rien ~20+
        passed_out|passd_out|passed|pass_out cold|gurgl*|wake|floor|drunk|cannot|snoring|blue|
            vomit* HE|friend|mate ~20+
        drunk|ivre|bourre|saoul|alcool cold|gurgl*|NO_WAKE|blue|floor|snoring|ronfle|froid ~20+
        slid|slipped|sank|glisse wall|chair|floor|mur|sol answer|wake|repond|white|cold ~14
        slid|slumped|lying|allonge|couche eyes|yeux half|open|ouverts|nobody|nothing|rien|mi_clos
            ~25+
        NOT|PAS|cannot open|ouvre eyes|yeux ~5
        not|PAS|cannot get|lever|wake|reveiller him_up|her_up|up|lever ~5 -bed|early|morning|school
        dropped|collapsed|tombe|down NO_BREATH|NO_PULSE|NO_ANSWER ~30+
        reviens|revient|come PAS|NOT|not lui|elle|round|himself|moi ~6
        tombe dins_pommes|dans_les_pommes|pommes minutes|revient|repond|moi ~14
        shaken|shook|splashed|secoue eyes_stay|closed|rag_doll|stay|fermes|nothing|rien|ferme ~30+
    """,
    "vision_loss": """
        half|moitie|left_side|right_side|part tv|screen|page|face|faces|ecran|tele|livre|world
            missing|gone|not_there|disparu|manque|black|vanished ~14 -remote|battery|loading|app
        EYE|vue|vision|sight|see|vois|voit curtain|rideau|voile|shade|shadow|shutter|veil|ombre ~14
        curtain|rideau|voile|shutter across|over|down|descend|bottom|side|cote|bas|haut|corner
            flash*|eclairs|floaters|mouches|vue|EYE|vision|see|vois ~30+
        flash*|eclairs|lightning|sparks floaters|mouches|mouches_volantes|curtain|rideau|shadow|
            ombre|spots|soot|suie ~25+
        EYE|vue|vision|sight SUDDEN|ONSET GONE ~14
        EYE gone|went|est_devenu|devenu|turned black|blank|dark|blind|noir|noire|aveugle|grey ~5
        cannot|not|NOT|PAS|rien|nothing see|vois|voit|voir EYE|half|moitie|one_side|un_cote ~9
        vois|voit|see|seeing rien|nothing|plus|noir|half|moitie EYE|oeil|SUDDEN|ONSET|d_un_coup ~14
        lost|perdu|losing|perds|loss vision|sight|vue EYE|SUDDEN|ONSET|half|moitie|one|hours|
            minutes ~14
        EYE red|rouge|pain*|mal|agony|douleur*|throbbing halos|halo|blur*|flou|vomi*|cloudy|
            rainbow|sick ~25+
        scalp|cuir_chevelu|temple|jaw|machoire EYE|vision|vue|sight gone|black|noir|lost|perdu|
            blur*|flou|double|voile ~30+
        half everything|things|tv|face|page|moitie vanish*|gone|missing|black|see|vois|disparu ~20+
        eye|eyes|yeux|oeil white|blanc|nothing|rien|black|flou cannot_see|see|voit|vois|distingue|
            acid|chaux|cement|lime|bleach|javel ~25+
        cover|close|ferme|cache|couvre EYE|eye|oeil black|gone|eteint|nothing|rien|noir|dark|
            disparait|grey|exists|one ~25+
        EYE|eye|oeil black|noir|dark|nothing|eteint|aveugle|blind ~8 -black_eye|bruise|coquard|
            make_up|mascara|cernes
        eye|oeil|eyes|yeux|loeil went|gone|devenu|rien|nothing|switched_off|bulb|lights_out black|
            noir|see|voi|vois|dark|blank|plus ~16
        plus_rien|plu_rien|rien|nothing vois|voi|see|voit|seeing oeil|eye|loeil|eyes|yeux ~10
        curtain|rideau|voile|shutter|blind EYE|eye|oeil ~14
        sparks|flashes|eclairs|etincelles floaters|mouches|curtain|rideau|taches ~25+
    """,
}
"""Code of the flag -> its rules, one a line."""
