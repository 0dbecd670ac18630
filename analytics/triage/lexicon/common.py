"""People, degrees, pain and parts of the body."""

from collections.abc import Mapping
from typing import Final

PEOPLE_AND_PAIN: Final[Mapping[str, str]] = {
    # who, what, how
    "SELF": "myself himself herself themselves themself yourself",
    "HE": (
        "he she baby mother father dad husband wife son daughter friend il elle bebe mere pere "
        "mari femme fils fille ami papa maman grandmother grandfather grandma grandpa him her "
        "man woman patient child kid aunt uncle brother sister grandad granny nan cousin niece "
        "nephew neighbour neighbor oncle tante voisin voisine neveu soeur frere collegue "
        "colleague boy girl flatmate roommate housemate teen teenager mate gran grandparent "
        "mama mummy daddy papy mamie meme pepe conjoint conjointe compagnon compagne copain "
        "copine cousine homme garcon partner boyfriend girlfriend auntie somebody quelquun "
        "toddler infant stranger pikin gars dame monsieur gamin gamine hubby roomate bro sis "
        "petit petite tata belle_mere beau_pere infant enfants children"
    ),
    "CHILD": (
        "child children toddler baby kid kids son daughter boy girl enfant enfants fils fille "
        "bebe petit petite nephew niece grandson granddaughter year_old month_old cousin infant "
        "nourrisson gamin gamine teen teenager pikin little_one grandchild tout_petit fiston "
        "fillette"
    ),
    "NO": "no",
    "NOT": (
        "not cannot unable never hardly barely scarcely nothing refus* without impossible "
        "incapable failing fails stopped_being"
    ),
    "PAS": "pas plus jamais rien",
    "WANT": (
        "want* wish* rather envie veux veut voulais voulait voudrais voudrait veulent aimerais "
        "aimerait souhait* prefere* pense* think* thought* thoughts hope hoping dream* reve* "
        "idea* idee* tent* tried tries try* pret* ready decid* plan* longing feel_like "
        "feeling_like urge* could going vais va allait envi"
    ),
    "SUDDEN": (
        "sudden* abrupt* instant* out_of_nowhere all_at_once ago soudain* brutal* brusque* "
        "subit* d_un_coup tout_a_coup d_un_seul_coup depuis_dix_minutes thunderclap tonnerre "
        "explos* explod* within_a_minute within_seconds foudroyant* woke_up since_breakfast "
        "this_morning overnight in_seconds in_a_second in_an_instant from_nowhere straight_away "
        "no_warning without_warning en_quelques_secondes en_quelques_minutes en_une_seconde "
        "sans_prevenir reveil just_now d_une_minute_a_l_autre aussitot au_reveil since_morning "
        "depuis_ce_matin depuis_tantot tantot"
    ),
    "SEVERE": (
        "sever* unbear* excruciat* agoni* worst terribl* horribl* extreme* intense* massive* "
        "worse worsen* awful* unendur* badly violent* atroc* insupport* intoler* affreu* "
        "terrible* enorm* extremement grave* gravement so_bad so_much very_bad bad really_bad "
        "tres_fort tres_mal fort forte forts fortes pire pires agony hell abominabl* fou dingue "
        "incroyabl* screaming scream* hurler hurle* 10_10 ten_out_of_ten stabbing crippling "
        "writh* unreal ungodly brutal* vicious awful dreadful* never_felt tordre insoutenable* "
        "inimaginable* monstrueu* costaud dement* blinding proper_bad going_mad wicked* terrif* "
        "paining_me_too_much hurting_me_too_much pain_is_too_much pain_too_much "
        "paining_too_much hurts_too_much hurts_so_much hurting_so_much paining_me_so_much"
    ),
    "VERY": (
        "sever* very so extreme* terribl* horribl* really sudden* badly bad worse* worsen* "
        "totally completely tellement tres extremement enorm* incredibl* awful* massive* "
        "beaucoup trop tout rest resting sitting lying more_and_more de_plus_en_plus au_repos "
        "assis allonge* super hyper ultra vraiment fort fortement drolement grave even_when"
    ),
    "ONE": "one left right half other un gauche droit droite moitie demi* single",
    # pain and places
    "PAIN": (
        "pain pains painful hurt* ache* aching achin tight* pressure press* crush* squeez* "
        "heavy heaviness burning burns stab* weight elephant vice vise killing clutch* grip* "
        "grabb* constrict* discomfort cramp* sharp mal douleur* douloureu* serre* serrement "
        "serrer opress* oppress* pression brul* poids etau ecras* lourd* pinc* poignard* "
        "comprim* gene hurst band sore agony stitch tient holding tenant knife fist clench* "
        "tearing ripping dechir* couteau compress* coince* etrein* throb* paining pained brick "
        "boulder truck belt strap corset squash* sitting sits sat pointe lancin* tiraill* "
        "tenaill* poing barre camion bloque* marteau irradi* burst* bang* pound* split* explod* "
        "explos* smother* shooting piercing dagger noeud pesant* pese spasm* wring* clamp* "
        "crampe* elancement* garrot enclume sack rock cement elance* doing_me"
    ),
    "ACHE": (
        "pain pains painful hurt* ache* aching mal douleur* douloureu* cramp* agony hurst "
        "crampe* paining pained pain* stabbing lancin* tordre spasm* killing mal_de"
    ),
    "CHEST": (
        "chest breastbone breast_bone sternum thorax thorac* poitrine ribcage rib_cage torse "
        "my_heart his_heart her_heart breast_plate breastplate between_my_breasts "
        "between_her_breasts boobs bosom cage_thoracique buste thoracic poitrail "
        "centre_of_my_heart the_heart mon_coeur region_du_coeur son_coeur cote_du_coeur plexus "
        "behind_my_ribs pecs poumon lungs"
    ),
    "JAW": "jaw machoire jaws machoires teeth",
    "ARM": "arm arms bras shoulder epaule elbow shoulders epaules wrist coude poignet",
    "SWEAT": (
        "sweat* clammy transpir* sueur* moite* sueurs drench* pouring_sweat pale pallid "
        "transpire* grey gris nausea nausee*"
    ),
    "HEART_ATTACK": (
        "heart_attack* heartattack heart_atack* cardiac_arrest crise_cardiaque "
        "crises_cardiaques infarctus attaque_cardiaque arret_cardiaque heart_atak coronary "
        "angina angine_de_poitrine angor hartattack hart_attack coeur_a_lache heart_stopped "
        "heart_has_stopped"
    ),
    "HEAD": (
        "head tete skull crane forehead front temple tempe nape brain cerveau noggin scalp "
        "occiput tempes temples caboche crown"
    ),
    "FACE": (
        "face mouth smile visage bouche figure sourire eyelid cheek paupiere joue eyelids "
        "corner_of_his_mouth lip_droop* lip_dropped lip_is_droop*"
    ),
    "BARE_FACE": "face visage figure",
    "LIMB": "arm arms leg legs hand hands bras jambe* main foot pied limb limbs mains",
    "SIDE": "side half cote moitie",
    "BELLY": (
        "stomach stomache tummy belly abdom* ventre estomac bide gut guts tum abdomin* "
        "intestin* my_belle entrailles bowels nombril appendi* flank ventral tripes flanc "
        "boyaux"
    ),
    "EYE": "eye eyes yeux oeil",
    "LIPS": "lip lips levre* finger* doigt* face visage ongle* nails tongue",
    "THROAT": ("throat tongue lip lips gorge langue levre* airway glotte uvula gosier lange"),
    "NECK": "neck nuque cou nape cervical* chin menton",
    "BODYALL": (
        "all_over whole_body body arms_and_legs arm_and_leg partout everywhere tout_le_corps "
        "limbs membres uncontroll* his_body her_body my_body full_body corps "
        "de_la_tete_aux_pieds head_to_toe all_his_body tout_son_corps non_stop violently"
    ),
}
"""Concept -> words."""
