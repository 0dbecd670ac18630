"""Signs that people see, without the illness's name."""

from collections.abc import Mapping
from typing import Final

SIGNS: Final[Mapping[str, str]] = {
    # skin and sweat
    "GREY": (
        "grey gray greyish grayish ashen pale pallid white gris grise grisatre pale palot blanc "
        "blanche livide blafard* cadaver* putty waxy cireux verdatre clay chalk* no_colour "
        "lost_his_colour lost_her_colour blanc_comme bleme terreux cendre drained"
    ),
    "COLD_SWEAT": (
        "sweat* clammy sueur* transpir* sue suant trempe trempee cold_water_on pouring_with "
        "dripping soaked_through en_eau perspir* sopping moite* sweats sued suer degouline "
        "wet_all_over drenched"
    ),
    "BLUISH": (
        "blue bluish bluey blueish grey gray greyish bleu bleue bleus bleues bleut* bleuatre* "
        "violet* violac* mauve* purple purplish cyanos* cyanot* dusky ashen gris grise grisatre "
        "quare_colour funny_colour dark noires noir violette indigo slate lilac noircir "
        "noircis*"
    ),
    "LIP_OR_NAIL": (
        "lip lips mouth nails nail fingernails fingernail fingers finger fingertips toes levre* "
        "ongle* doigt* bouche orteils face visage nailbeds nail_beds skin around_her_mouth "
        "around_his_mouth tour_de_la_bouche gums tongue langue colour color teint figure"
    ),
    # the trunk
    "TORSO": (
        "chest breastbone breast_bone sternum thorax thorac* poitrine ribcage rib_cage ribs "
        "os_du_milieu heart_place heart coeur plexus shoulder_blades omoplates bra_line cotes "
        "poitrail torse bosom centre_of_me middle_of_me upper_body cage_thoracique breast "
        "epigastre le_milieu rib moobs lungs poumons front across_the_front ticker"
    ),
    "SQUEEZE": (
        "squeez* crush* tighten* tightening tight tightness press* pression belt band vice vise "
        "clamp* elephant anvil brick bricks boulder sandbag slab weight* heavy heaviness serre* "
        "serrer serrement etau ecras* presse* poids sac_de_ciment ciment lourd lourde pese "
        "pesant oppress* opress* comprim* enclume griff* poing fist gripping grip grips wrung "
        "wring* constrict* cinch* strap* strangl* corset parpaing bloc tenaille* brulure "
        "burning brule truck camion standing_on sitting_on sits_on sat_on assis_sur kneel* "
        "stepping_on strapped serree ceinture rocher pierre bulldozer ratchet* tonne* squash* "
        "knot* stone compress* concrete sack parked marche_sur trotro lorry kicking knife stab* "
        "couteau poignard* bus car_on tiger cow pachyderm* hippo caving van horse cheval boa "
        "python bloc_de_beton moto piano fridge frigo cupboard armoire bag_of_cement maize_sack "
        "barre ser sere"
    ),
    # mind and consciousness
    "NOT_RIGHT": (
        "no_sense not_make_sense not_making_sense not_making_any_sense makes_no_sense nonsense "
        "rubbish gibberish muddled confused confus* jumbl* garbl* n_importe_quoi incoher* "
        "delir* divag* disorient* desorient* same_question same_questions same_thing "
        "meme_question memes_questions repete repeat* repeating what_day quel_jour what_year "
        "where_she_is where_he_is where_i_am ou_il_est ou_elle_est ou_je_suis wrong_name "
        "wrong_names not_know_me not_know_who not_recogni* reconnait_pas reconnait_plus "
        "reconnait_personne not_herself not_himself not_his_chatty bizarre weird odd oddly "
        "strange* vague vacant glazed regard_vide egare perdu hagard drunk ivre bourre saoul "
        "soul foggy zoned spaced not_with_it comprend_pas comprend_plus comprend_rien "
        "capte_plus capte_rien not_all_there away_with_the_fairies seeing_people hallucin* "
        "agite agitated combative raconte_des parle_seul talking_to_people rambling bablling "
        "words_are_no_words not_understand words_that_are_not embrouill* confondu melange "
        "agressi* aggress* his_name her_name son_nom my_name prenom_du_chien call_me_by "
        "acting_drunk swearing babbling babbles wandering trou_de memory_gap cannot_remember "
        "cannot_think zombie nobody_home eyes_half_open"
    ),
    "SLEEPY": (
        "sleepy drows* somnol* nodding nods nod groggy lethargi* floppy limp floppier mou molle "
        "toute_molle tout_mou amorphe apathi* listless flat ragdoll rag_doll not_stay_awake "
        "not_staying_awake falling_asleep keeps_falling_asleep endort s_endort endormi endormie "
        "dort_tout dort_beaucoup barely_awake hardly_awake hard_to_wake hard_to_rouse "
        "difficile_a_reveiller sleeping_all not_wake unrousable chiffe poupee_de_chiffon "
        "sans_reaction unresponsive flasque glazed barely_opening eyes_closing dozing dozy "
        "not_open_her_eyes not_open_his_eyes reagit_plus reagit_peu conscience "
        "cannot_keep_her_eyes cannot_keep_his_eyes slumped out_of_it wiped_out floopy "
        "not_waking awake lifeless no_energy_at_all abattu abattue gemit geint geignard* moaning "
        "whimper* groan* grunting"
    ),
    "VOMIT": (
        "vomit* vomi* throwing_up threw_up throws_up throw_up thrown_up been_sick being_sick "
        "is_sick be_sick was_sick sick_again sick_twice sick_three puk* puke chuck* barf* hurl* "
        "heav* spew* degueul* gerb* rend_tout rendu retch* bringing_up brings_up envie_de_vomir "
        "keeps_nothing_down cannot_keep keep_anything_down rien_garder garde_rien garde_plus "
        "sick_four sick_several"
    ),
    # others
    "UNBEARABLE": (
        "agony unbearable excruciating* worst screaming scream* hurle* hurler insupportable* "
        "atroce* horrible* terrible* intense* violent* violente killing doubled double_over "
        "plie_en_deux pliee_en_deux plies_en_deux writh* se_tord me_tord tords roule_par_terre "
        "rolling_on_the in_bits cannot_walk cannot_stand cannot_stand_up intolerable* severe "
        "sharp stabbing poignard* affreu* in_tears crying_with pleure_de ten_out_of_ten 10_10 "
        "insoutenable yelp* cannot_touch so_bad really_bad tres_mal trop_mal super_mal "
        "mal_de_chien cannot_be_touched shriek* howl* crippl* brutal* knife couteau"
    ),
    "ONSET": (
        "sudden* soudain* brutal* brusque* d_un_coup d_un_seul_coup tout_a_coup out_of_nowhere "
        "out_of_the_blue all_of_a_sudden from_nowhere just_now came_on woke_up reveille_avec "
        "minutes_ago hour_ago hours_ago il_y_a_une_heure il_y_a_dix_minutes this_morning "
        "ce_matin tonight ce_soir cette_nuit since_last_night in_the_night depuis_ce_matin "
        "subit* depuis_hier since_yesterday right_now maintenant"
    ),
    "GONE": (
        "gone went lost vanished black blank dark noir noire blind aveugle disappear* disparu "
        "eteint perdu perdue nothing rien half moitie part missing manque grey gris"
    ),
}
"""Concept -> words."""
