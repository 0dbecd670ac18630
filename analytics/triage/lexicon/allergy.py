"""Allergy, and consciousness that fails."""

from collections.abc import Mapping
from typing import Final

ALLERGY: Final[Mapping[str, str]] = {
    # allergy
    "ANAPHYLAXIS": (
        "anaphyla* anafila* choc_allergique allergic_shock choc_anaphyla* anaphilax* anaphylac* "
        "quincke oedeme_de_quincke angioedem* angiooedem* shock_anaphyl*"
    ),
    "SWELL": (
        "swell* swollen puff* gonfl* enfl* thick* clos* tight* serre* ferme* balloon* double "
        "blown* blow* blew grossi* grossit grossir grossissent epaiss* triple* enorme* fatter "
        "boursoufl* bouffi* closing tighten* oedem* gonfler doubl* inflat* getting_big "
        "getting_bigger got_big swollen_shut"
    ),
    "ALLERGY": (
        "allerg* alerg* hives urticair* plaques boutons stung sting* wasp* bee bees hornet* "
        "peanut* nut nuts cashew* almond* shrimp* prawn* shellfish seafood crevette* cacahuet* "
        "noix noisette* amande* guepe* abeille* frelon* pique* piqure* antibiot* penicill* "
        "injection* vaccin* moules arachide* fish poisson* sesame egg eggs oeuf* milk itch* "
        "welts soja soy kiwi tahini antiinflam* anesthesi* medicine* medicament* urtica* "
        "groundnut* crab* lobster* strawberr* fraise* mango* mangue* mustard moutarde celery "
        "celeri lupin wheat ble snail* escargot* mussel* oyster* huitre* clam* ants ant "
        "fire_ants fourmi* taon* yellow_jacket* amoxi* augmentin ibuprofen* aspirin* latex "
        "contrast pistache* pistach* walnut* hazelnut* lait oeufs crabe* fruits_de_mer insect "
        "insecte* bitten satay arachid* dye teinture gratte* grattent demang* scratching_me "
        "scratch* moustique* bactrim septrin co_trimoxazole cefalexin sulfa red_patches plaque* "
        "gluten new_cream new_tablet* new_medicine* new_drug noisettes peanutbutter nutella "
        "curry_with venin jellyfish meduse* antibiotic dose new_medicine"
    ),
    "REACTION": "reaction* shock choc",
    "FAINTY": (
        "faint* dizzy lightheaded malaise vertige* wheez* siffl* partir collaps* swallow avaler "
        "dizzi* light_headed etourdi* tete_qui_tourne tourne_de_l_oeil tombe_dans_les_pommes "
        "wheezy woozy giddy"
    ),
    "SWALLOW": "swallow* avaler saliva salive drool* bave",
    # consciousness
    "UNCONSCIOUS": (
        "unconsc* unrespons* inconscien* coma comat* sans_connaissance knocked_out "
        "knocked_unconscious drown* noye noyee noyade lifeless inanime* out_cold no_response "
        "no_reaction sans_reaction aucune_reaction plus_aucune_reaction not_conscious comatose "
        "stone_cold unconcious* unconsious unresponsiv* pas_conscient plus_conscient "
        "plus_consciente half_conscious semi_conscious semi_conscient dead_to_the_world "
        "assomme* arret_respiratoire sans_vie no_sign_of_life"
    ),
    "FAINTED": (
        "collaps* fainted fainting faints passed_out passing_out passes_out pass_out "
        "blacked_out blacking_out black_out blackout lost_consc* lose_consc* loses_consc* "
        "losing_consc* loss_of_consc* evanoui* effondr* perdu_connaissance perd_connaissance "
        "perdre_connaissance perte_de_connaissance perdu_conscience tombe_dans_les_pommes "
        "syncop* keeled_over tourne_de_l_oeil flaked_out dropped_to_the_floor fell_to_the_floor "
        "perds_connaissance tourner_de_l_oeil gone_limp lost_conscious* lose_conscious* "
        "loses_conscious* losing_conscious* loss_of_conscious* don_faint has_faint did_faint "
        "just_faint he_faint she_faint slumped hit_the_deck hit_the_floor ecroul* affale* "
        "syncope tombe_raide perte_de_connaissances fell_down_and_not tombe_sans_connaissance "
        "perdre_conscience perd_conscience perdait_connaissance perte_de_conscience "
        "tombee_dans_les_pommes went_limp going_limp went_floppy goes_limp sparked_out "
        "conked_out eyes_rolled_back found_collapsed keels_over"
    ),
    "WAKE": (
        "wake* waking woke reveil* rouse* arouse come_round come_to awaken* ranime* ranimer "
        "bring_round bring_him_round bring_her_round"
    ),
    "RESPOND": (
        "respond* answer* react* repond* reagi* reagit reagir reagissait repondre repondait "
        "stir* budg* flinch* responsive"
    ),
    "STOP": "stop* arret* cess* finish* slow*",
    "LIMP": (
        "limp floppy mou molle amorphe inerte lifeless flasque ragdoll rag_doll lethargi* "
        "chiffe inanime* lache tout_mou toute_molle soft"
    ),
    "BABY": (
        "baby babies bebe newborn infant nourrisson toddler enfant child son daughter fils "
        "fille nouveau_ne little_one pikin tout_petit"
    ),
    "NO_PULSE": (
        "no_pulse no_heartbeat pas_de_pouls plus_de_pouls sans_pouls no_signs_of_life no_pulses "
        "no_heart_beat heart_not_beating heart_is_not_beating heart_stopped coeur_ne_bat_plus "
        "coeur_bat_plus coeur_s_est_arrete coeur_arrete not_feel_a_pulse pas_son_pouls "
        "plus_son_pouls pas_le_pouls plus_le_pouls sens_pas_de_pouls trouve_pas_de_pouls "
        "pas_de_pulsation stopped_beating not_find_a_pulse cannot_find_a_pulse "
        "cannot_feel_a_pulse cannot_feel_his_pulse cannot_feel_her_pulse"
    ),
    # allergy
    "EPIPEN": (
        "epipen* epi_pen* adrenaline autoinject* auto_injector auto_injecteur anapen jext "
        "epinephrin*"
    ),
    "USED": "used gave given jabbed injected utilise utilisee injecte donne administered stabbed",
    "FLOOR": "floor ground par_terre",
}
"""Concept -> words."""
