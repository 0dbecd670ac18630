"""What only two words together mean."""

from collections.abc import Mapping
from typing import Final

JOINED: Final[Mapping[str, str]] = {
    "NO_STOP": """
        NOT > STOP ~3
        STOP > PAS ~1
    """,
    "NO_BREATH": """
        NOT > BREATHE ~5
        NO > BREATHING ~1
        CANNOT > A_BREATH ~3
        BREATHE > PAS ~1
        PAS > BREATHE ~5
        STOP > BREATHE ~2
    """,
    "NO_WAKE": """
        NOT > WAKE ~4
        WAKE > PAS ~1
        PAS > WAKE ~4
    """,
    "NO_ANSWER": """
        NOT > RESPOND ~3
        RESPOND > PAS ~1
    """,
    "NO_SPEECH": """
        NOT > SPEAK ~4
        PAS > SPEAK ~4
        SPEAK > PAS ~1
    """,
    "NO_LIFT": """
        NOT > LIFT ~3
        PAS > LIFT ~4
        FEEL > PAS ~1
    """,
    "NO_STRENGTH": """
        NOT|NO > STRENGTH ~3
        PAS > STRENGTH ~3
        LOST > STRENGTH ~4
    """,
    "NO_FLAT": """
        NOT > FLAT ~3
        PAS > FLAT ~3
    """,
    "NO_URINE": """
        NOT > URINE ~4
        NO > URINE ~1
        PAS > URINE ~4
        URINE > PAS ~1
    """,
    "NO_SWALLOW": """
        NOT > SWALLOW ~3
        PAS > SWALLOW ~4
    """,
    "NO_HELP": """
        NOT > HELP ~3
        HELP > PAS ~1
        HELP > HELP ~2
    """,
    "NO_MOVE": """
        NOT > MOVE ~6
        MOVE > PAS ~1
        PAS > MOVE ~4
        STOP > MOVE ~2
    """,
    "NO_FADE": """
        NOT > NOT_FADE ~4
        PAS > NOT_FADE ~4
        NOT_FADE > PAS ~1
        NOT_FADE NOT_FADE ~8
        RASH LIGHTLESS ~9
    """,
    "NO_FEED": """
        NOT > NOT_FEED ~3
        PAS > NOT_FEED ~3
        NOT_FEED > PAS ~1
    """,
    "STIFF_NECK": """
        STIFF NECK ~5
    """,
    "HEAD_HIT": """
        HIT HEAD ~6
    """,
    "BAD_HEADACHE": """
        HEADACHE WORST ~9
        HEAD PAIN WORST ~6
        HEADACHE SEVERE SUDDEN ~8
    """,
    "HEAD_PAIN": """
        HEADACHE
        HEAD ACHE ~3
    """,
    "SOUNDLESS": """
        NOT|no|PAS|cannot > sound|noise|cry|cough|talk|speak|crying|bruit|son|pleurer|tousser|
            parler|word|crier|cri ~5
        silent|silence|silencieux|gone_quiet
    """,
    "KICKLESS": """
        NOT|PAS|no|stopped|less > mov*|kick*|felt|feel|sens|bouge|bouger|movement*|mouvement*|thing
            ~6
        fait_le_mort|bouge_plus|bouge_pas|bouge_moins
        bouge > PAS ~2
    """,
    "BAD_BREATH": """
        BREATHLESS
        NO_BREATH
        GASP
        WHEEZE
        panting|rasping|gurgl*|grunting|halete|haletant|rale|snoring_strangely|stridor
        BREATHE|BREATHING|breath|breaths|respiration HARD|fast|vite|slow|lent*|shallow|quick*|
            noisy|deep|short ~4
        each_time|chaque_fois|when|quand i_breathe|she_breathes|he_breathes|je_respire|
            elle_respire|il_respire ~3
    """,
    "BAD_COLOUR": """
        LIP_OR_NAIL BLUISH ~5
        gone|went|going|turned|turning|is|are|looks|look|tout|toute|devenu|devient|sont|est|face|
            visage|becoming|changing > GREY|BLUISH|colour|couleur ~3
        grey_as|white_as|pale_as|blanc_comme|changing_colour|change_de_couleur
    """,
    "BAD_PAIN": """
        UNBEARABLE ACHE|PAIN|hurt*|mal|sore ~8
        agony|excruciating|atroce|insupportable|insoutenable|unbearable
        SEVERE ACHE ~4
        hurle|hurler|screaming|screams|writhing|se_tord|me_tord|plie_en_deux|doubled
    """,
    "DOWN": """
        FAINTED|UNCONSCIOUS|NO_WAKE|NO_ANSWER|SLEEPY
        slid|sank|slumped|slumps|dropped|crumpled|fell|tombe|tombee|ecroule*|affaisse*|effondre*
            wall|floor|chair|gate|sol|terre|mur|chaise|ground|par_terre ~6
        cannot|not|PAS stand|sit_up|get_up|walk|debout|lever|marcher|tenir|keep_his_head|
            hold_his_head ~5
        vois_des_etoiles|seeing_stars|jambes_coton|legs_gave|about_to_pass|feel_faint|
            failli_tomber|going_to_faint|tourne_de_l_oeil|tete_qui_tourne|tete_tourne|lightheaded|
            light_headed|woozy|faint
    """,
    "HURRY": """
        help|ambulance|hurry|quick|vite|au_secours|aidez|urgence|urgent|please_hurry|emergency|
            what_do_i_do|je_fais_quoi|quoi_faire|que_faire|on_fait_quoi|scared|dying|going_to_die|
            vais_mourir|va_mourir
        i am|m|feel like dying|scared ~4
    """,
    "HI_READ": """
        says|say|reads|reading|shows|showing|show|affiche|affich|marque|indique|writes|only|just|
            displays|flashing|stuck > hi|high|hii ~2
        HI
    """,
    "SIGN_MIND": """
        FAINTED|UNCONSCIOUS|NO_WAKE|NO_ANSWER|SLEEPY|DOWN|NOT_RIGHT|CONFUSED
    """,
    "SIGN_BREATH": """
        BAD_BREATH|NO_BREATH|BREATHLESS|WHEEZE|GASP|BREATHE|BREATHING|A_BREATH|CHOKE|THROAT
    """,
    "SIGN_SKIN": """
        BAD_COLOUR|COLD_SWEAT|GREY|BLUISH|SWEAT
    """,
    "SIGN_PAIN": """
        BAD_PAIN|PAIN|ACHE|SEVERE|SQUEEZE|UNBEARABLE
    """,
    "SIGN_PLACE": """
        TORSO|CHEST|JAW|ARM|BELLY|HEAD|EYE|FACE|NECK|LIMB|SIDE|TESTICLE
    """,
    "SIGN_NERVES": """
        SLUR|NUMB|WEAK|NO_SPEECH|NO_LIFT|NO_MOVE|DROOP|VISION|SEIZURE|JERK|SHAKE|FOAM|
            NOT_WORDS
    """,
    "SIGN_BLOOD": """
        BLEED|BLOOD|CLOT|STABBED|SOAK|PUMPING
    """,
    "SIGN_VOMIT": """
        VOMIT|THROW_UP
    """,
    "SIGN_POISON": """
        PILLS|POISON|TOO_MANY|OVERDOSE|STREET|SEDATIVE
    """,
    "SIGN_DEATH": """
        DIE|END_WORDS|SUICIDE|KILL_ONESELF|LETTING_GO|LAST_TIME|BURDEN|GOODBYE|CANNOT_GO_ON|MEANS
    """,
    "SIGN_SWELLING": """
        SWELL_UP|HIVES|VOICE_CHANGED|ALLERGY
    """,
    "SIGN_FEVER": """
        FEVER|RIGOR|TEMP_FEVER|INFECTED
    """,
    "SIGN_SUGAR": """
        HYPO|INSULIN|HI_READ|SUGAR
    """,
    "SIGN_RISK": """
        PREG|PREGNANT|YOUNG_BABY|NEWBORN|AT_RISK
    """,
    "SIGN_BURN": """
        BURN|BOILING|SKIN_OFF|ACID|ELECTRO
    """,
    "SIGN_BLOW": """
        HEAD_BLOW|FALL_FROM|KNOCKED_OUT|HEAD_HIT
    """,
    "SIGN_LOSS": """
        NOT|PAS|CANNOT|SOUNDLESS|LOST|GONE|STOP
    """,
    "SIGN_ONSET": """
        SUDDEN|ONSET
    """,
    "SIGN_SOMEBODY": """
        HE
    """,
}
"""Read like concepts, and not denied by a "not" of their own."""
