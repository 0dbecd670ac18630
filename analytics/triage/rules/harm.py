"""Blood, poison and burns."""

from collections.abc import Mapping
from typing import Final

HARM: Final[Mapping[str, str]] = {
    "severe_bleeding": """
        blood|sang rush*|tap|robinet|fontaine|fountain|geyser|hose torn|leg|arm|bras|jambe|accident|
            NO_STOP|tap|head ~20+ -test|donat*
        torn|arrache*|dechire*|mangled|broyee leg|arm|hand|jambe|bras|main blood|sang|bleed*|saigne
            ~25+
        HEMORRHAGE ACUTE|HE ~60+ -ABOUT|CALM
        BLEED NO_STOP ~9
        BLEED LOTS ~5 -ABOUT|CALM|REASSURED|veines|users
        THROW_UP BLOOD ~4
        BLACK STOOL ~4
        CLOT BLEED ~5
        STABBED -ABOUT|CALM|REASSURED
        CUT DEEP BLEED ~10
        CUT SOAK TOWEL ~14
        CUT PUMPING ~8
        SOAK PADS ~3
        THROW_UP GROUNDS BLACK ~8
        BLEED|blood|sang|saigne NO_STOP|not_stop*|STILL|pumping|spurt*|gicle|pouring|gush*|soak*|
            coule ~14
        soak*|through|trempe towels|towel|tea_towels|serviettes|torchons|shirt|bandage*|pad|pads|
            pansement STILL|bleed*|pour*|saigne|blood|sang|through|minutes|four|three|two ~25+
        STOOL|poo|selle|selles|toilette black|noir|noire|tar|goudron|tarry|red_blood|sang_rouge ~8
        STOOL|poo|selle|selles|toilette|bowl blood|sang lots|full|faint*|dizzy|red|bowl|plein|
            clots|caillots|weak|faible|beaucoup ~20+
        VOMIT|coughed|cough*|tousse|crache|sick coffee|marc_de_cafe|blood|sang|bright_red|red ~10
        warfarin|thinner*|xarelto|eliquis|sintrom|apixaban|anticoag*|kardegic bleed*|saigne|blood|
            sang|cut|nosebleed|caught ~25+
        chainsaw|machete|knife|saw|tronconneuse|meuleuse|grinder|couteau|coupe_coupe|glass|blade|
            axe|hache bleed*|blood|sang|pump*|bone|os|gicle|deep|tendon|profond ~25+
        finger|fingers|hand|toe|doigt|main|leg|bras|arm cut_off|chopped|severed|off|sectionne|
            arrache|hanging|coupe_net|amputat*|detached machine|saw|bleed*|blood|sang|mower|knife|
            bag|ice|chainsaw|door ~25+
        tourniquet|garrot|belt_round|ceinture_autour bleed*|blood|sang|leg|arm|bras|jambe|thigh|
            cuisse ~20+ -curious|podcast|course
        nosebleed|nose|nez|saigne_du_nez hour|hours|heure|heures|minutes|clots|caillots|pouring|
            warfarin bleed*|blood|sang|nosebleed|saigne ~25+ -arrete|stopped|c_est_arrete|
            c_est_fini|over_now|fini
        period|regles bleed*|soak*|saigne|blood|clots|caillots FAINTED|faint*|dizzy|hour|heure|
            pads|serviettes|GREY|tourne ~40+
        cutlass|machete|glass|window|vitre|knife|saw|couteau|scie opened|open|ouvert|pumping|
            pouring|spurt*|soak*|trempe* arm|wrist|leg|hand|neck|poignet|bras|main|jambe|cuisse|
            thigh|forearm ~30+
        pumping|gicle|gushing|spurting|pouring wrist|arm|leg|neck|thigh|poignet|bras|jambe|cou|
            cuisse|hand|forearm ~10
        swallowing|spitting|mouthfuls|cracher|avale blood|sang|red|rouge|clots ~8
        vomi|vomit*|crache|sick red|rouge|blood|sang ~5
        looks_like_a_slaughterhouse|slaughterhouse|bain_de_sang|crime_scene
        saigne|sang|bleed*|blood bouillons|trempe|trempee|soaked|everywhere|partout|flots|litres|
            flaque|puddle|pool ~14
        tonsils|amygdales|tooth_out|dent_arrachee blood|sang|red|bleed*|saigne ~30+
            -yesterday_was_fine
        shirt|shirts|towel|serviette|drap|belt tied|round|trempe*|soaked|full|noue pouring|STILL|
            bleed*|blood|sang|saigne ~20+
        vein|veine|artery|artere|varicose|varice burst|cut|open|rompue|eclate*|split|ouvert|claque
            bleed*|red|blood|sang|stopping|press ~20+
        clots|caillots|serviette|serviettes|pads|pad every|toutes|minutes|change|changing|oranges|
            size|taille|big|gros FAINTED|etoiles|stars|dizzy|hours|heures|soaked|minutes|tourne|
            faint ~40+
        cloths|cloth|pagne|pagnes|towels|sheets|drap fill|filling|soaked|red|rempl*|imbib* pale|
            cold|delivered|birth|faint|froide|accouch* ~40+
        thinners|thinner|warfarin|xarelto|eliquis|anticoag*|sintrom nose|nez|gum|head|cut|tap|
            coule|rouge|red|running hour*|heures|since|gone|tap|flots|pince|stop* ~40+
        loo|toilet|toilette|toilettes|wc|bowl|stool|poo black|noir|tar|goudron|red|rouge|blood|sang
            ~10
        sqirting|squirt*|spurt*|gicle|pumping stop|wrist|arm|arret*|NOT|press*|appuie ~14
        panga|cutlass|machete|axe leg|arm|hand|deep|lost|cold|foot|head ~14
        mattress|matelas|bed|lit|sheets soaked|trempe|blood|red|sang pale|delivered|afterbirth|
            placenta|birth|faint ~30+
        pisse_le_sang|pissing_blood
        tea_towel|towel|chemises|shirts|chemise|serviette|torchon third|third_one|traverse|through|
            soaked|butcher*|floor|deuxieme|troisieme|another ~14
        butcher*|boucherie|abattoir|slaughter* floor|kitchen|looks|bathroom|knife|sang|blood ~14
        ouvert|opened|tranche|sliced|slashed bras|main|arm|hand|leg|jambe|doigt|finger|cuisse|
            poignet|wrist meuleuse|couteau|knife|saw|scie|glass|verre|grinder|tronconneuse|feuille|
            blade|traverse|sang|blood ~20+
        nose|nez|ne coule|pouring|running|pisse sang|san|blood|red partout|hour|heure|xarelto|h|
            clots|heures ~30+
    """,
    "overdose": """
        TOOK ALL_OF PILLS box|boite|packet|pack|bottle|flacon|strip|plaquette ~14 -CALM|week|weekly
        kid|CHILD|HE|ans drank|dranked|drunk|bu|avale|swallowed POISON|weed_kiler ~9
        taz|ecsta*|lean|mdma|pills|cachetons|xans sueur|transpire|SWEAT|hot|brulant|parle|
            NOT_RIGHT|hallucin* ~25+ -gym
        TOOK|croque|croquer|lecher|lick* POISON|raticide HE|CHILD ~9 -ABOUT|vet|dog|chien|chat
        PILLS|pilulier|dosette|box empty|reste_rien|rien|plus_rien|vide|missing|manque|gone
            CHILD|neveu|niece|ans|toddler|petit|year_old ~30+ -pharmacy|pharmacie|commander|order|
            refill
        doubled|doubling|doubled_up|double_dosed|mixed_up|trompe|confondu PILLS|digoxin*|lithium|
            warfarin|insulin*|morphine|methotrexate VOMIT|yellow|jaune|slow|lent|SLEEPY|dizzy|
            NOT_RIGHT|sick|heart|coeur ~50+
        spray|sprayed|spraying|pulverise|chemical|produit|pesticide|traitement poured|mixed|
            gloves|gants|mask|masque|champ|farm|maize|mais|coton|cacao|spilled|renverse dribbl*|
            drool*|salive|bave|pinpoint|pupil*|trembl*|VOMIT ~60+
        OVERDOSE -ABOUT|CALM
        POISONED -ABOUT|CALM
        TOOK TOO_MANY PILLS ~9
        TOOK > MANY_PILLS ~4
        CHILD TOOK ALL_OF PILLS ~12
        YOUNG SWALLOW PILLS ~9
        TOOK POISON ~6 -CALM|ABOUT|REASSURED
        SNAKE BITTEN ~6
        TOOK_PAST SEDATIVE ALCOHOL DRUG_SIGN ~24
        STREET DRUG_SIGN TOOK_PAST ~16
        CHILD GOT_INTO PILLS|POISON ~9
        TOOK|gave|donne|given|had PILLS MISDOSE ~12 -morning_instead|allowed|can_i_take|puis_je
        PILLS TOOK|took|pris|avale|eaten|ate SLEEPY|UNCONSCIOUS|NO_WAKE|drows*|NOT_RIGHT|yellow|
            right_ribs ~50+
        CHILD|toddler|year_old|month_old|petit|petite PILLS|POISON|patch|patches|vape|edible|
            gummies|battery|pile|magnet* empty|vide|ate|eaten|avale|swallowed|bu|drank|mange|mouth|
            bouche|chewed|open|ouvert|found|licked ~50+ -CALM|ABOUT
        TOOK|drank|bu|swallowed|avale|drinks POISON ~14 -CALM|ABOUT
        all|whole|entire|toute|tout|packet|box|boite|plaquette|bottle|blister|strip|handful|poignee
            PILLS|my_tablets|meds took|taken|swallowed|avale|pris|ate|downed|gone|empty|done|vide
            ~14
        all_of_them|every_one_of_them|toutes_d_un_coup tablets|pills|PILLS|meds|cachets ~12
        STREET|perc|percs|methadone|oxy|heroin|fent|pills|lean|tramadol|smack|gear|weed|edible*|
            spice|mdma|ecsta* NO_WAKE|BLUISH|snor*|ronfle|NOT_RIGHT|SLEEPY|blue|breath*|overheat*|
            hot|jaw|respire ~50+
        carbon_monoxide|monoxyde|co_alarm|boiler|chaudiere|generator|groupe_electrogene|brasero|
            charcoal|charbon|fumes|exhaust|smoke|fumee HEADACHE|headache|dizzy|SLEEPY|vomi*|sick|
            tete|faint*|NOT_RIGHT|malaise|vertige* ~30+ -boiler_man|plombier|ABOUT
        paracetamol|doliprane|panadol|tylenol|acetaminophen|co_codamol|ibuprofen|efferalgan
            sixteen|eighteen|twenty|thirty|forty|vingt|trente|quarante|seize|20|24|30|32|40|16|18|
            quinze|topping|too_many|trop|double ~20+ -CALM|ABOUT
        morphine|morfine|methadone|oxycodone|insulin|digoxin|warfarin|lithium instead|wrong|twice|
            double|deux_fois|extra|too_much|trop|lieu ~20+
        snake|serpent|viper*|mamba|cobra|scorpion bit|bitten|mordu|pique|fangs|swell*|gonfle|stung
            ~12
        drank|bu|swallowed|avale|ate|mange|sprayed bleach|javel|kerosene|petrol*|detergent|battery|
            pesticid*|insectic*|antifreeze|soude|caustic|acid* ~10
        CHILD POISON drool*|bave|lips|mouth|bouche|eyes|cough*|tousse|empty|vide|smell*|sent|vomi*|
            pupils ~40+
        10_foi|10_fois|ten_times|dix_fois|ten_fold trop|too_much|dose|PILLS|sirop|syrup ~8
        gobe|pills|taz|taze|ecsta*|md|mdma|acid hot|bouillant|delire|jaw|dents|overheating|
            collapsed|ecroule|eyes ~30+
        blister|packs|boite|boites|packet|bottle|plaquette|strip empty|vide|vides|missing|gone
            SLEEPY|speech|TALK|NOT_RIGHT|HE ~40+
        chauffe_eau|heater|chauffage|boiler|chaudiere|poele|generator|groupe|charbon|
            charcoal|brasero tete|head|crane|headache|HEADACHE|vomi*|vomit|sick|dizzy|malaise|
            SLEEPY ~50+
        sprayed|spraying|pulverise|pulverisait|pesticide|insecticide|traite|sniffed|sniff* champ|
            field|farm|mask|masque|party|crop|produit drool*|salive|bave|trembl*|pupil*|vomi*|blue|
            shak*|sweat*|malaise|dizzy|pupilles ~50+
        pupils|pupilles tiny|dots|pinpoint|pinprick|minuscules|pin|small|points ~6
        CHILD|year_old|he_is|she_is|toddler PILLS|iron|vitamins eaten|ate|had|taken|swallowed|
            avale|mange twenty|ten|dozen|handful|about|vingt|dix|plein ~30+
        week|weekly|semaine box|pilulier|dosette|doors|tablets|organiser taken|took|pris|empty|
            open|vide|today|gone|all|bonbons|sweets grandma|grandpa|meme|meme|memoire|he|she|elle|
            il|all|HE ~30+
        PILLS|xans|tabs snor*|ronfle|wake|get_him_up|get_her_up|reveiller|lever ~30+
        2yo|1yo|3yo|yo|toddler|child|CHILD swallowed|ate|avale|mange|had|chewed PILLS|tablets|
            pills|battery|vape|patch|gummies ~20+
        kept_taking|keep_taking|kept_popping|repris PILLS|cocodamol|paracetamol|ibuprofen|codeine|
            them ~20+
        whole_bottle|whole_box|whole_pack|the_lot|toute_la_boite|tout_le_flacon swallowed|took|
            pills|pris|avale|drank|PILLS ~14
        INSULIN|unites|units|rapide|lente|insulin lieu|instead|wrong|mauvais|trompe|mistake|double
            ~25+
        alcool|whisky|vodka|wine|vin|beer PILLS|tramadol|xans|SEDATIVE|cachets respire|breath*|
            cold|froid|wake|lever|snor*|up ~40+
        emptied|empty|vide|gone|pleine|full PILLS|tray|box|week|plaquette|boite|pilulier faint|
            bouche|sleepy|reste|taken|CHILD|petit|neveu|think|all ~40+ -REASSURED
        too_many|trop PILLS|metoprolol|heart_tablets took|pris|actually|emptied|already|just ~30+
            -generally|in_general|cour
        bu|drank|alcool|alcohol|drunk trop|too_much|tro NO_WAKE|reveill*|wake|cold|vomi* ~25+
        OVERDOSE HAPPENING ~9+ -in_my_twenties|wedding|diary|record|form|leaflet|poster|server
    """,
    "burns": """
        ACID|acide|soude|chemical|battery_acid|javel peau|skin|bras|arms|avant_bras|hands|mains|
            face blanche|white|sens_plus|rien|numb|cloque*|blister*|burn*|black|noire ~30+
        brule|burned|burnt|scalded|BURN|ebouillante BABY|CHILD|bb|HE cloque*|cloke|blister*|eau|
            water|biberon|chaude|SKIN_OFF ~30+ -REASSURED|CALM
        BURN|BOILING SKIN_OFF ~14
        BURN BIG ~6
        BURN BURNT_PART ~5
        BURN BOILING LIMB|BELLY|CHEST|BARE_FACE ~8
        BOILING SPILL ~10
        BOILING LIMB|BELLY|CHEST|BARE_FACE ~7
        ACID EYE ~6
        ELECTRO -ABOUT|CALM|REASSURED
        SCALD CHILD|LIMB|BELLY|CHEST|BARE_FACE ~8
        CLOTHES FIRE ~4
        ACID SKIN HURTS ~9
        ACID LIMB|BARE_FACE HURTS ~12
        HOT_THING SKIN_OFF ~18
        BABY HOT_THING SPILL SKIN_OFF ~22
        BOILING BABY|CHILD|HE|i|je SPILL LIMB|BELLY|CHEST|BARE_FACE|legs|all_over|partout ~25+
        BURN|scald* SKIN_OFF ~25+
        BURN|scald*|chemical|acid|ACID|flames|fire|feu SKIN_OFF|blister*|cloque*|peeling|charred|
            white|black|leathery ~30+
        electric*|courant|socket|prise|cable|wire|live burn*|brul*|shock|thrown|jolt|choc|heart|
            numb|jus ~14
        eye|eyes|yeux|oeil ACID|bleach|javel|acid|chemical|cement|ciment|ammonia|cleaner|produit|
            lime|chaux|splash* ~14
        smoke|fumee|house_fire|incendie cough*|tousse|voice|voix|soot|suie|throat|gorge|hoarse|
            BREATHE ~40+
        braises|essence|petrol|gas|gaz|fire|feu|explosion|embers|barbecue cils|eyebrows|sourcils|
            eyelashes|voix|voice|soot|suie|noir cough*|crache|spit*|voix|hoarse|disparu|gone|
            singed|brule ~40+
        BURN|scald* huge|palm|hand_sized|legs|all_over|face|visage|chest|poitrine|genital*|BABY|
            CHILD SKIN_OFF|BOILING|HOT_THING|water|oil|huile|eau|kettle|tea|soup|blister*|fire ~30+
            -CALM|ABOUT|REASSURED|marque|scar|cicatrice|annee|mariage
        battery|batary|batery|acid splash*|burst|leaked|gicle face|eye|eyes|arm|visage|yeux|
            bubbling ~14
        skin|peau|po coming_away|coming_off|se_decolle|decol*|sliding|hanging|peels_off|part_avec|
            s_en_va|came_off|slipping ~8 -sunburn|eczema|dry|seche|coup_de_soleil
        pot|kettle|pan|casserole|bouilloire|marmite|friteuse|luile|huile|oil|frite|soup|water|eau
            pulled|spilled|renvers*|onto|fell|tombe*|poured|splash*|mi|mis|plonge hand|main|face|
            chest|skin|peau|legs|baby|bebe|arm|bras|himself|herself BURN|BOILING|hot|SKIN_OFF|
            scald*|chaud*|decol*|brul*|rouge|cloque* ~30+
        chip_fat|fat|oil|huile|friture forearm|arm|hand|face|chest|bras|main|skin|peau|leg skin|
            peau|glove|gant|blister*|cloque*|away|over ~30+
        cable|courant|live|electric* patch|hand|heart|grabbed|skipping|main|white|touched ~20+
        explod*|explos*|retour_de_flamme|flame|flamme|petrol|gas legs|face|figure|voix|voice|cils|
            white|burn*|noire ~25+
    """,
}
"""Code of the flag -> its rules, one a line."""
