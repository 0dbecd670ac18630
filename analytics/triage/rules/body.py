"""Pregnancy, sugar, infection and the belly."""

from collections.abc import Mapping
from typing import Final

BODY: Final[Mapping[str, str]] = {
    "pregnancy_emergency": """
        7_months|8_months|9_months|6_months|PREG SWELL_UP|swollen|gonfl* stars|etoiles|spots|
            HEADACHE|
            head|tete|vision ~60+
        7e_mois|8e_mois|9e_mois|6e_mois|7_e|8_e|9_e|6_e|PREG mouches|barre|etoiles|spots|zigzag*|
            phosphenes tension|barre|tete|ventre|head|ribs|gonfl* ~40+
        perdu|perdus|perte|waters|water eaux|eau|broke|gone|leak* semaines|semene|weeks|mois|PREG|
            contraction*|liquide ~25+
        delivered|gave_birth|accouche|birth|afterbirth|placenta pouring|soaked|changed|wrapper|
            pagne|pagnes|pads|ringing|faint|flood* STILL|times|fois|BLEED|blood|sang|pale|five ~50+
        PREGNANT|WEEKS BLEED|LOSING ~10
        PREGNANT NO_MOVE ~14
        BABY NO_MOVE ~7
        WATERS
        CORD COMING_OUT ~5
        PREGNANT BLURRED ~14 -touch|gone_by|ankles|chevilles|happy
        PREGNANT HEAD_PAIN SEVERE ~10
        PREGNANT SEVERE ACHE ~9
        PREGNANT SPOTTING BLEED ~12
        BIRTH BLEED|SOAK ~14
        SOAK PADS BIRTH|PREGNANT ~16
        PREGNANT CONTRACTION EARLY ~12
        CROWN
        PREGNANT FALL_FROM ~10
        PREGNANT SEIZURE|FAINTED ~12
        PREG bleed*|blood|sang|saign*|saigne|soak*|gush*|clots|caillots|haemorrhag* ~40+
        PREG|baby|bebe KICKLESS ~40+
        PREG HEADACHE|HEAD_PAIN|headache|tete BLURRED|vision|vue|spots|mouches|swollen|puff*|ribs|
            gonfl*|barre|flash*|lights|stars|etoiles|eyes ~60+
        PREG under_ribs|under_my_ribs|barre|epigastr*|sous_les_cotes HEADACHE|BLURRED|headache|
            vomi*|tete|gonfl*|swollen ~60+
        PREG UNBEARABLE PAIN|ACHE|BELLY|ventre|one_side|SIDE|cramps ~40+
        PREG BELLY|ventre|belly|tummy hard|dur|rigid|bois|wood|solid ~30+
        late|retard|pregnan*|test|missed_period|PREG one_sided|one_side|un_cote|d_un_cote|shoulder|
            epaule|shoulder_tip PAIN|ACHE|spotting|bleed*|saign*|mal|FAINTED|dizzy ~60+
        PREG|term|terme|accouch*|labour|labor head|tete|foot|pied|hand|cord|cordon|feet out|sort|
            coming|visible|see|hanging|dehors|pend ~20
        PREG|term|terme|labour|labor push*|pousser|pousse|urge|contractions|minutes alone|seule|
            coming|now|home|car|taxi|route|PREMATURE|before|bebe_arrive|here ~60+
        baby_is_coming|bebe_arrive|baby_coming|head_is_out|the_head_is
        PREG PREMATURE contract*|waters|water|eaux|tighten*|liquide|pains ~40+
        PREG water|waters|eaux|liquide|fluid|gush broke|broken|green|brown|vert|verte|gone|perdu|
            leak* ~25+
        PREG SEIZURE|FAINTED|UNCONSCIOUS|convuls*|CONFUSED|BREATHLESS ~40+
        PREG fell|tombe*|accident|kicked|hit|crash|coup BELLY|ventre|belly|bleed*|PAIN|stairs|
            escaliers|contract* ~40+
        BIRTH bleed*|soak*|clots|caillots|saign*|blood|sang pads|serviettes|hour|heure|lots|faint|
            weak|size|taille|flood*|gush*|beaucoup|big|gros ~60+
        BIRTH FEVER|TEMP_FEVER|NOT_RIGHT|smell*|RIGOR|SEIZURE|BREATHLESS ~60+
        PREG kick*|mov*|bouge|bouger|danse|remue|coups nothing|rien|stopped|quiet|plus|pas|not ~40+
        36_weeks|weeks kick*|movement* nothing|stopped|quiet|less ~30+
        PREG face|hands|visage|mains puff*|swollen|gonfl*|enfl* headache|HEADACHE|stars|etoiles|
            vision|ribs|blur*|flou|tete ~60+
        test|retard|late|pregnan*|enceinte un_cote|dun_cote|one_side|one_sided|epaule|lepaule|
            shoulder PAIN|mal|ACHE|faint*|FAINTED|tourne ~40+
        PREG plus_rien|nothing|rien|not_felt|silence|calm|calme|quiet|still normally|habitude|
            usually|since|depuis|yesterday|hier|kick*|bouge|boxe|baby|bebe ~40+
        PREG|8e_mois|9e_mois|7e_mois|months rings|hands|mains|face|feet gonfl*|swollen|puff*|
            come_off|tight zigzag*|sparkl*|flash*|mouches|spots|ribs|barre|pain|tension|brillantes
            ~60+
        PREG|8e_mois|7e_mois rigid|shook|shaking|convuls*|stiff|fit|seizure ~30+
        8e_mois|9e_mois|7e_mois|6e_mois bleed*|saigne|sang|barre|mouches|gonfl*|perdu|eaux|bouge|
            tete|vue ~40+
        afterbirth|placenta not|PAS|out|come|stuck|sorti|soaked|bleed* ~14
        weeks|semaines|PREG|months water|eaux|liquide|fluid running|legs|leaking|coule|jambes|gush
            ~25+
        rope|cord|cordon|corde coming_out|sort|hanging|out|between_my_legs ~6
        PREG|months head|tete pounding|cogne|lights|flashing swelled|swollen|puff*|hands|face|
            gonfl*|visage ~40+
    """,
    "low_glucose": """
        novorapid|humalog|INSULIN|insulin*|rapid_insulin traffic|stuck|late|embouteillage*|bouchons|
            no_food|meeting|queue trembl*|shak*|SWEAT|COLD_SWEAT|sliding|blurr* ~60+
        meter|machine|sugar|glucose|reads|capteur|mtr|says|affiche|lecteur LOW SWEAT|
            COLD_SWEAT|double|shak*|trembl*|confus*|sweat*|seeing|canette|sucre_les_fraises ~40+
        fleche|arrow|arrows plonge|dive*|diving|down|bas|descend|falling trembl*|shak*|canette|
            sucre_les_fraises|sweat*|sueur*|hands|mains ~40+
        HYPO HYPO_SIGN ~12
        SUGAR LOW HYPO_SIGN ~16
        INSULIN NO_FOOD HYPO_SIGN ~14
        GLUCOSE_TALK LOW HYPO_SIGN|NOT_RIGHT|SLEEPY|COLD_SWEAT|shak* ~40+
        diabet*|insulin*|glyc* LOW NOT_RIGHT|COLD_SWEAT|SLEEPY|HYPO_SIGN ~30+
        diabet*|insulin*|INSULIN|injection|piqure NOT_RIGHT|SLEEPY|UNCONSCIOUS|FAINTED|NO_WAKE
            COLD_SWEAT|SWEAT|shak*|trembl*|NO_FOOD|mange|eat|food|ate|tea|lunch|dinner|breakfast
            ~60+
        INSULIN|insulin*|units|unites|novorapid|humalog double|twice|deux_fois|too_much|trop|
            instead|wrong|lieu|mixed ~20+
        INSULIN|insulin*|diabetes_injection|piqure_de_diabete|sugar_injection NO_FOOD|not_eat*|
            without_food|sans_manger|pas_mange|not_ate|skipped|would_not_eat|ne_mange NOT_RIGHT|
            SWEAT|COLD_SWEAT|SLEEPY|HYPO_SIGN|shak*|trembl*|drunk ~60+
        diabet* UNCONSCIOUS|FAINTED|NO_WAKE|SEIZURE|floor|par_terre|NOT_RIGHT|SLEEPY ~30+
        hypo|hypoglycemie NOT_RIGHT|SLEEPY|UNCONSCIOUS|not_coming_up|remonte|not_respond*|swallow
            ~30+
        pump|sensor|cgm|libre|dexcom|capteur|pompe LOW jelly|juice|jus|sweat*|shak*|trembl*|arrow|
            fleche|HYPO_SIGN ~40+
        gliclazide|glibenclamide|sulfonylurea|glimepiride|amarel|daonil|diamicron NOT_RIGHT|
            COLD_SWEAT|drunk|SLEEPY|shak*|trembl*|SWEAT ~60+
        fast|fasts|fasting|jeune|ramadan diabet*|insulin*|gliclazide|sugar|sucre NOT_RIGHT|
            COLD_SWEAT|drunk|SLEEPY|shak*|SWEAT ~60+
        INSULIN|insulin*|units|unites|gliclazide lunch|dinner|breakfast|food|eat|eaten|meal|mange|
            repas|manger no|not|skipped|without|PAS|saute|forgot|oublie|rien|no_time tingl*|think|
            shak*|trembl*|sweat*|vague|same|dizzy|weird|blurr*|jelly|confus*|flou|picot*|slurr*
            ~70+
        INSULIN|insulin*|jab|mealtime|unites not_eat|did_not_eat|without_eating|refuses|pushing|
            shoving|biscuits|sweet|juice|jus drunk|swearing|confused|aggressi*|sweat*|fighting|
            NOT_RIGHT|HYPO_SIGN ~40+
        cgm|sensor|capteur|dexcom|libre|pump|pompe arrows|arrow|fleche|straight_down|alarm|low|LOW
            screen|swim|hands|shak*|wake|clammy|NOT_RIGHT|sweat*|vague|letters|tremb* ~40+
        diabet*|INSULIN|piqure|insulin*|jab NOT_RIGHT|sans_sens|agressif|reconnait|reconnais|
            sweat*|sueur|mouille|pale LOW|COLD_SWEAT|mange|NO_FOOD|jeune|eaten|wet|agressif ~60+
    """,
    "high_glucose": """
        HI_READ|hi boi|bois|boit|drink*|pisse*|pee*|VOMIT|soif|thirst* ~25+
        GLUCOSE_TALK|diabet*|INSULIN|cgm|libre|sucre HI_READ|ketone*|cetone*|VERY_HIGH VOMIT|
            thirst*|soif|breath|haleine|BREATHE|pee*|piss*|pipi|SLEEPY|NOT_RIGHT|ketone*|cetone*|
            acetone|tired|deep|ventre|belly|urin* ~60+
        ketone*|cetone* LARGE_KETONES|VOMIT|high|eleve*|large|breath|haleine|BREATHE|HI_READ|
            rising|monte* ~25+
        breath|haleine|breathe|sent|smell* pear_drops|pomme|pommes|acetone|nail_varnish|
            nail_polish|fruit*|sweet|vernis|bonbon|dissolvant|apple* VOMIT|thirst*|soif|diabet*|
            GLUCOSE_TALK|pee*|pisse*|BREATHE|drink*|boit|weight|maigr*|SLEEPY|sugar|sucre|HI_READ
            ~60+
        thirst*|soif|drinking|boit|drinks pee*|peeing|pisse*|urin*|pipi|wee|weeing|toilet VOMIT|
            SLEEPY|BREATHE|breath|haleine|weight|maigri|lost_weight|NOT_RIGHT|perdu_du_poids|maigr*
            ~60+
        pump|pompe|insulin*|INSULIN failed|blocked|kinked|bent|ran_out|run_out|plus_d_insuline|
            stopped|bouchee|coude*|oublie|missed|fell_out VOMIT|HI_READ|high|ketone*|cetone*|
            VERY_HIGH ~40+
        GLUCOSE_TALK VERY_HIGH VOMIT|SLEEPY|NOT_RIGHT|BREATHE|thirst*|soif|haleine|pee* ~50+
        sugar|sucre|glycemie|gluco|machine|meter|appareil HI_READ|reads_high|says_high|affiche_hi|
            marque_hi ~8
        sugar|sucre|glucose|glyc*|diabet*|machine|meter|appareil high|HI_READ|VERY_HIGH thirst*|
            soif|parched|pee*|weeing|urin*|pisse|sleeps|dort|name|vomi*|confus*|dry|seche|muddled|
            SLEEPY|NOT_RIGHT|deep ~50+
        not|no|without|plus|sans|ran_out|none insulin|insulin*|INSULIN days|jours|pharmacy|BREATHE|
            breathing|tongue|belly|vomi*|langue|thirst*|soif|pee* ~40+ -lunch|meal|lunchtime
        tongue|langue|mouth|bouche leather|dry|seche|cuir VERY_HIGH|insulin*|sugar|sucre|breath*|
            muddled|NOT_RIGHT|reading ~40+
        HI_READ acetone|ketone*|cetone*|vomi*|VOMIT|soif|thirst* ~25+
        acetone|lacetone vomi*|VOMIT|soif|HI_READ|diabet*|haleine|breath|insulin* ~30+ -nail|vernis
    """,
    "sepsis": """
        SEPSIS ACUTE|HE ~60+ -ABOUT|CALM
        FEVER CONFUSED ~12
        RIGOR CONFUSED ~10
        INFECTED FEVER STREAK|RIGOR|CONFUSED ~16
        RED STREAK ~3
        INFECTED FEVER ~8
        CHEMO FEVER ~10
        NEWBORN FEVER|LIMP|NO_FEED ~10 -ABOUT|CALM|always|jabs
        BABY WEEKS FEVER|LIMP|NO_FEED ~10 -always|jabs|ABOUT
        INFECTED MOTTLED ~14
        FEVER MOTTLED ~8
        INFECTED CONFUSED ~14 -ABOUT|CALM
        FEVER NO_URINE ~12
        FEVER RIGOR VIOLENT ~9
        INFECTED FEVER BREATHING ~14
        INFECTED|surgery|operation|operated|opere*|wound|plaie|cut|catheter|stent|dialysis|
            RECENT_OP FEVER|RIGOR|TEMP_FEVER|burning_then_freezing NOT_RIGHT|MOTTLED|SLEEPY|
            NO_URINE|BREATHE|BREATHING|heart|coeur|STREAK|breath ~70+
        FEVER|RIGOR|TEMP_FEVER MOTTLED|marbled|marbre*|NO_URINE|no_wee|no_pee|not_had_a_wee|
            pas_urine|pas_fait_pipi ~40+
        FEVER|RIGOR|TEMP_FEVER|infection|INFECTED NOT_RIGHT BREATHE|BREATHING|breath|heart|coeur|
            GREY|SLEEPY|RIGOR|cold|froid*|URINE ~60+
        CHEMO FEVER|RIGOR|TEMP_FEVER|shiver*|frissons ~40+
        FEVER|RIGOR|TEMP_FEVER SLEEPY NOT_RIGHT ~40+
        RIGOR FEVER|TEMP_FEVER BREATHE|BREATHING|heart|coeur|NOT_RIGHT|GREY|MOTTLED|SLEEPY ~40+
        RECENT_OP cold|froid*|clammy|GREY breath|BREATHE|BREATHING|NOT_RIGHT|urine|pee|heart ~50+
        red|rouge|redness|rougeur spreading|spread|climbing|tracking|moving_up|monte|remonte|etend
            FEVER|RIGOR|TEMP_FEVER|shiver*|streak*|line|trait|arm|leg|jambe|bras ~30+
        black|noir|purple|violet skin|peau|wound|plaie|leg|jambe|foot|pied spreading|blister*|
            cloque*|smell*|pue|sent|agony|fever|fievre|gangrene ~40+
        mauve|marbre*|marbled|mottled FEVER|SLEEPY|NOT_RIGHT|cold|froid* ~40+
        BIRTH|accouchement|birth|delivery|baby smell*|sentent|sent_mauvais|discharge|pertes dents|
            RIGOR|FEVER|TEMP_FEVER|shiver*|shak* ~50+
    """,
    "infant_fever": """
        DAYS_YOUNG|wk|wks|week|weeks|semaines|YOUNG_BABY temperature|tempreture|TEMP_FEVER|fever
            TEMP_FEVER|HOT_BABY|calpol|doliprane ~14 -ABOUT|CALM|pregnant|no_fever|school|ecole
        YOUNG_BABY FEVER|HOT_BABY|TEMP_FEVER ~25+ -ABOUT|CALM|always|jabs|pas_de_fievre|no_fever
        YOUNG_BABY SLEEPY|NO_FEED|not_feed*|floppy|limp|grunting|not_tak*|tete_pas|tete_plus|
            refuse|refuses FEVER|TEMP_FEVER|HOT_BABY|cold|froid|blue ~30+
        newborn|nouveau_ne|nourrisson FEVER|TEMP_FEVER|HOT_BABY ~20+ -ABOUT|CALM
        ne_le_mois_dernier|born_last|ne_hier FEVER|TEMP_FEVER|HOT_BABY|chaud ~30+
        DAYS_YOUNG TEMP_FEVER|FEVER|HOT_BABY ~14
        1_moi|2_moi|1_mwa FEVER|TEMP_FEVER|cho|chaud|tete ~20+
        home_from_hospital|sorti_de_la_maternite|sortie_de_la_maternite|maternity|maternite
            HOT_BABY|TEMP_FEVER|FEVER tonight|little|calpol|bebe|baby|newborn|petit|doliprane ~30+
        delivered|born|accouche|ne days|jours|weeks|semaines|days_ago burning|hot|chaud|brulant|
            fever|fievre|TEMP_FEVER|suck|tete|feed ~40+
        DAYS_YOUNG|jour|jours chaude|chaud|hot|warm|38|39 ~14 -school|ecole
        not_even_a_month|born_on_the|pas_encore_un_mois|meme_pas_un_mois warm|hot|TEMP_FEVER|FEVER|
            breast|chaud ~40+
    """,
    "severe_abdominal_pain": """
        BELLY|belle|ventre|stomach|tummy hard|dur|dure|rigid like|comme wood|board|bois|stone|
            pierre|rock|plank|planche|beton|table ~9
        BELLY|ribs|cotes|stomach|ventre knifed|knife|stab*|boring|poignard*|couteau back|dos|
            VOMIT|stay_down|ten_out_of_ten|curled|floor|worst ~40+
        nothing_will_stay_down|keep_nothing_down|garde_rien BELLY|ribs|ventre PAIN|worst|UNBEARABLE
            ~40+
        weeks_late|late|retard|positive_test|test_positif PAIN|mal|douleur shoulder|epaule ~40+
        BELLY SEVERE PAIN ~8
        BELLY RIGID ~5
        BELLY DOUBLED ACHE ~11
        BELLY ROLLING ~8
        LOWER_RIGHT ACHE BELLY|FEVER|THROW_UP ~12
        BELLY THROW_UP GREEN ~14
        APPENDIX ACUTE|HE ~60+ -ABOUT|CALM
        BELLY|belly|tummy|stomach|ventre|gut|side UNBEARABLE PAIN|ACHE|vomi*|SUDDEN|ONSET|move|
            touch ~25+
        BELLY hard|rigid|board|bois|wood|dur|tendu|plank|rock touch|toucher|PAIN|VOMIT|agony|gaz|
            gas|press|move|bouger|wood|bois|FEVER ~30+
        belly_button|nombril|middle right|droite|lower_right|bas PAIN|ACHE|FEVER|walk*|marche|bump|
            cough|tousse|jump|VOMIT|eat|food ~50+
        BELLY|belly|ventre|abdomen swollen|bloated|gonfle*|distend*|ballonne*|enfle|tight VOMIT|
            no_gas|gaz|fart*|poo*|pooped|selle*|stool|green|vert ~40+
        VOMIT green|vert|verte|bile|feces|selles|poo|caca|shit|merde|faec* ~8
        BABY|CHILD|enfant|bebe screams|crie|hurle|pulls|plie|replie knees|legs|jambes|genoux jelly|
            jam|blood|sang|pale|limp|floppy|VOMIT|vomi|gelee|groseille ~60+
        redcurrant|currant_jelly|gelee_de_groseille|jam|confiture nappy|diaper|stool|couche|selles|
            poo ~14
        lower_right|right_side|bas_a_droite|cote_droit|right_hip|bottom_right|fosse_iliaque PAIN|
            ACHE|mal|hurts|UNBEARABLE FEVER|VOMIT|walk*|marche|cough|worse|pire|jump|TEMP_FEVER|
            appuie|press|relache|eat|mange ~50+
        right|droite|droit side|cote|bas|lower PAIN|ACHE|mal press|let_go|appuie|relache|lache|
            jump|hop|bump|walk ~50+
        BELLY|back|dos|flank|side|flanc tearing|ripping|dechir*|throbbing|pulsat*|rips FAINTED|
            GREY|COLD_SWEAT|legs|aneurysm|anevrisme|collapse* ~40+
        aneurysm|anevrisme|aaa back|BELLY|dos|PAIN ~25+
        hernia|hernie hard|dur|dure|purple|rouge|red|VOMIT|UNBEARABLE|stuck|coince*|push|rentre*
            ~25+
        gaz|gas|fart|wind|pete|poo NOT|PAS|no|plus|nothing|rien VOMIT|swollen|gonfle ~30+
        navel|nombril|belly_button|umbilic* right|droite PAIN|FEVER|VOMIT|bent|walk*|mal|worse|
            plie|fever|fievre ~50+
        stool|gas|selles|gaz|poo NOT|PAS|no|plus|passed days|jours|swollen|VOMIT|blown|drum|gonfle|
            tambour ~40+
        BELLY|belly|ventre|abdomen drum|tambour|balloon|ballon|blown VOMIT|PAIN|gas|gaz|stool|days
            ~40+
        vomit* brown|green|marron|vert smells|toilet|selles|faeces|poo ~14
        poignard|couteau|knife|dagger|stabbed estomac|stomach|BELLY|ventre|belly ~10
        BELLY|ventre|estomac|stomach|tumy redresser|straighten|stand_up|plaque|doubled|bent
            tousser|cough|cannot|ni|SUDDEN|PAIN ~30+
        tumy|BELLY|belly|tummy back|dos|through tearing|ripping|dechir*|FAINTED|faint* ~30+
        bide|ventre|belly|stomach poignard|couteau|knife|relever|stand|sol|floor|non_stop ~25+
    """,
    "testicular_torsion": """
        boules|balls|TESTICLE double*|doubled|twice|gonfle*|swollen|enfle* d_un_coup|seul_coup|
            plie|SUDDEN|ONSET|walk*|marche* ~25+
        TESTICLE PAIN|UNBEARABLE|ACHE|twist*|tordu* SUDDEN|ONSET|UNBEARABLE|VOMIT|nausea|sick|
            swollen|enfle|gonfle|remonte|higher|haut|red|rouge|cannot|hours|heures|minutes ~40+
        TESTICLE twist*|torsion|tordu*|remonte|higher|plus_haut|up_high ~10
        TESTICLE UNBEARABLE ~20+
        private_part|privates|private_parts|down_there|en_bas|groin|aine|entrejambe|parties
            UNBEARABLE|SUDDEN|agony higher|swollen|remonte|VOMIT|boy|son|fils|garcon|embarrassing|
            ado ~40+
        TESTICLE en_feu|remontee|dure|hard|tordue|up_high|boule gerber|VOMIT|reveille|gonfle|PAIN|
            agony|mal|d_un_coup ~40+
        down_there|en_bas|left_one|right_one|entrejambe|groin twist*|wrung|tordu*|agony|UNBEARABLE
            nowhere|SUDDEN|walk*|football|higher|swollen|drap ~40+
        boule gonfle d_un_coup|tord|drap|mal ~25+
        down_there|one_side|where_boys|en_bas|nuts|there wring*|twist*|tordu*|massive|agony|woke
            PAIN|touch|sick|swollen|VOMIT ~40+
        TESTICLE massive|huge|enorme|swollen|gonfle*|enfle* touch|sick|PAIN|VOMIT|woke|toucher|mal
            ~30+
        TESTICLE remontee|remonte|lance|tordue|a_mort|d_un_coup|higher|up ~14
    """,
}
"""Code of the flag -> its rules, one a line."""
