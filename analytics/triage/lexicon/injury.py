"""Blows to the head, burns and infections."""

from collections.abc import Mapping
from typing import Final

INJURY: Final[Mapping[str, str]] = {
    # injury
    "HIT": (
        "hit hits hitting bang* bump* fell fall* fallen knock* blow cogn* chute* tomb* choc "
        "coup smash* struck crack* heurt* tape kicked landed slam* injury injuries trauma* "
        "traumatisme accident bash* whack* thump* dropped recu bonk* hurt concuss* commotion "
        "tumbl* slip* thrown crash* collision ran_into headbutt* percut* renvers* gliss* "
        "degringol* roul* rolled dive dived diving plonge* bumped_into punch* whacked clobber* "
        "clunk* butted collid* came_off flew taper tappe cogner cogne* frapp* coups bagarr* "
        "pave pavement tiles carrelage caillou brick stone batte hammer club bottle moto okada "
        "bike kerb concussion traumatis* assomm* eject* smack* wall_and"
    ),
    "KNOCKED_OUT": (
        "knocked_out knocked_unconscious mis_ko out_cold knock_out knocked_him_out "
        "knocked_her_out knocked_me_out knocked_senseless knocked_cold mis_k_o assomme* "
        "knocked_unconcious"
    ),
    "CANNOT": "cannot unable",
    "SENSE": "feel move use control",
    "LIFE_FR": "vie",
    "LOSING": "perd perds perte losing loses",
    "LIGHTLESS": "stay* reste*",
    "HEAD_SIGN": (
        "thinner* vomi* vommi* confus* drows* sleepy somnol* unconsc* inconscien* warfarin "
        "anticoag* pupil* throw* threw puk* same_thing same_question memory memoire double "
        "unsteady faint* fluid liquid* disorient* desorient* remember souvien* seizur* convuls* "
        "nausea evanoui* connaissance slur* sick asleep blur* worse ear ears nose weird strange "
        "vertige* endort dort endormi* dizzy fuzzy forget* oublie* anyhow nonsense rubbish "
        "gibberish incoher* melange* bizarrement dazed groggy out_of_it amnes* sonne* hazy "
        "ensommeill* not_himself not_herself seeing_stars blackout* black_out mixed_up muddled "
        "talking_funny talks_funny seeing_double voit_double vois_double coma stagger* titub* "
        "blood_thinner* thinners eliquis xarelto coumadin aspirin* plavix heparin* knocked_out "
        "oreille* not_know does_not_know recognise reconnait* memoires repeat* repete* wake "
        "confused barf* gerb* numb inconsol* dent enfonce* swollen_soft soft_spot glassy "
        "vitreu* unrespons* irritab* slow* delir* limp mou molle woozy giddy"
    ),
    "PUPIL": "pupil pupils pupille* pupilles pupiles",
    "UNEQUAL": (
        "bigger larger different* unequal dilat* grosse grande inegal* plus_grosse size* "
        "taille* dilate* asymetr* blown uneven not_the_same pas_pareil* differente* smaller "
        "petite huge enorme* fix* not_equal"
    ),
    "BURN": (
        "burn burns burned burnt burnd brul* scald* ebouillant* burning_oil brulee brulees "
        "brules cramee crame* singe* charr* grilled bernt"
    ),
    "BOILING": (
        "boiling boiled bouillant* scalding hot_oil huile_chaude hot_water flames flammes "
        "en_feu on_fire caught_fire fire feu explosion hot_tea hot_coffee hot_soup hot_milk "
        "the_chaud the_brulant cafe_brulant soupe_brulante eau_chaude steam hot_fat "
        "hot_porridge hot_pap hot_stew frying_oil gas_exploded gas_explosion gas_cylinder "
        "firework* petard* molten hot_tar hot_wax goudron_chaud huile_brulante huile_bouillante "
        "eau_brulante soupe_chaude lait_chaud caught_flame pressure_cooker friteuse friture"
    ),
    "SPILL": (
        "spill* pour* pull* splash* renvers* slip* tipped over himself herself recu tombe* "
        "all_over verse* eclabouss* gicl* coule* couler tipp* knock* tombee dropped sprayed "
        "exploded explose* burst fell_into tombe_dans tombee_dans on_himself on_herself "
        "on_myself on_me on_him on_her down_on sur_lui sur_elle sur_moi sur_la_main sur_le_bras "
        "sur_le_visage sur_les_jambes sur_le_ventre dessus over_me over_her over_him over_my "
        "over_his arros* asperg* poured"
    ),
    "SKIN_OFF": (
        "skin_coming skin_comes skin_peel* peel* blister* cloque* decoll* skin_off charred "
        "carbonis* skin_is_coming peau_part peau_s_en_va coming_off comes_off white_skin "
        "is_white leathery skin_has_come skin_come* come_off came_off coming_away skin_white "
        "waxy noirci* peau_blanche peau_noire peau_est_blanche peau_est_noire peau_est_partie "
        "peau_arrach* lambeaux pele* arrache_la_peau black_skin skin_is_black blackened "
        "gone_white gone_black ampoule* skin_gone skin_hanging hanging_off see_the_flesh a_vif "
        "exposed"
    ),
    "BIG": (
        "large big huge sever* deep* grave* gros grosse grande* etendu* profond* third_degree "
        "second_degree troisieme_degre deuxieme_degre electri* whole serious* half enormous "
        "enorme* arms_and_legs"
    ),
    "BURNT_PART": "face visage hands genitals eyes mains airway figure genital* eyelid*",
    "ACID": (
        "acid acide bleach javel chemical* chimique* soude chaux lime cement ciment ammonia "
        "caustic lye ammoniac* product produit acids acide_sulfurique corros* oven_cleaner "
        "drain_cleaner deboucheur decapant pool_chemical* chlore chlorine battery_acid "
        "acide_de_batterie peroxide cleaner detergent* unblocker nettoyant* detartrant solvent "
        "solvant* weedkiller pesticid* jik toilet_cleaner"
    ),
    "ELECTRO": (
        "electrocut* electric_shock struck_by_lightning decharge_electrique choc_electrique "
        "foudroye* electris* electrifi* electric_shok electrical_shock electric_current "
        "courant_electrique pris_le_courant pris_du_courant pris_une_chataigne touched_a_live "
        "live_wire current_shock high_voltage haute_tension current_caught current_hold foudre "
        "lightning_strike hit_by_lightning struck_by_lightening electrical_burn* electric_burn* "
        "brulure_electrique"
    ),
    # sepsis
    "RIGOR": (
        "rigor* shaking_chill* violently violent* shaking_all uncontroll* claquent "
        "claque_des_dents frissons frisson* shivr* shiver* chills grelott* shak* trembl* claqu* "
        "rigors teeth_chattering chatter* grelot* uncontrollably tremblant*"
    ),
    "INFECTED": (
        "infect* pus wound plaie smell* suinte* cicatrice operat* operee* surgery pneumoni* "
        "kidney sepsis abscess abces urine urinary urinaire catheter rein uti pyelo* cellulit* "
        "erysip* furoncle ulcere* escarre* bedsore* c_section cesarienne caesarean incision "
        "stitches points_de_suture suture* picc cicatric* operated kidney_infection pneumonia* "
        "pneumopath* infecte* oozing purulen* gangren* dental_abscess catheters sonde septiq* "
        "dialys* operation_place operation_site operation_wound"
    ),
    "RED": "red rouge rouges",
    "STREAK": (
        "streak* line lines trait* trainee* ligne* strees streeks streaks rayure* strie* stries "
        "trainees lignes"
    ),
    "CHEMO": (
        "chemo* chimio* immunosuppress* neutropen* transplant* greffe* rituximab chemotherap* "
        "chimiotherap* immunodepr* immunosup* leucemi* leukemi* leukaemi* bone_marrow moelle "
        "no_spleen sans_rate spleen splenect* lymphoma* lymphome* neutrop* aplasie sickle "
        "drepano*"
    ),
    "NEWBORN": (
        "newborn* nouveau_ne* week_old weeks_old month_old days_old nourrisson semaines_de_vie "
        "de_3_semaines d_un_mois de_deux_mois de_six_semaines days_old_baby nouveaune "
        "three_week_old two_week_old weeks_old_baby jours_de_vie d_une_semaine de_deux_semaines "
        "de_trois_semaines de_2_mois de_1_mois de_2_semaines"
    ),
    "NOT_FEED": "feed* tete drink* nurs* boire suck* biberon teter tetee sein breastfeed*",
    "MOTTLED": (
        "mottl* marbr* clammy bluish cold_hands no_urine urine_all uriner urine* peed pee "
        "froide_et not_peed blotchy patchy cold_and_clammy ice_cold freezing_cold hands_cold "
        "glace* glacial* grey gray ashen marbree* marbrures froids mains_froides pieds_froids "
        "cyanos* pale heart_racing heart_is_racing racing_heart heart_beating_fast "
        "heart_is_beating_fast heart_pounding coeur_bat_vite coeur_bat_tres_vite "
        "coeur_bat_a_toute coeur_qui_bat breathing_fast breathing_very_fast breathing_quick* "
        "breathing_so_fast respire_vite respire_tres_vite respire_fort like_im_dying "
        "like_i_am_dying am_dying feel_like_death going_to_die going_to_collapse vais_mourir "
        "peur_de_mourir cannot_stand hypotens* uriner_plus barely_awake very_weak "
        "extremely_weak tres_faible collaps* effondr*"
    ),
    "SEPSIS": (
        "sepsis septic septicemi* septicaemi* blood_poisoning choc_septique septicem* "
        "septicaem* sceptic* infection_generalisee infection_du_sang blood_infection"
    ),
    "MENINGITIS": "meningit* meningococ*",
    "DROWSY": (
        "drows* somnol* lethargi* lethargique floppy limp mou molle not_wake hard_to_wake "
        "sleepy endormi* groggy lethargy slow asleep"
    ),
    "HEMORRHAGE": (
        "hemorrhag* haemorrhag* hemorragie hemorragies hemorag* hemorhag* haemorag* hemorrag*"
    ),
    "BLINDED": "blind blinded aveugle blindness aveugl*",
    "YOUNG": "year_old month_old toddler baby bebe infant nourrisson",
    # injury
    "FALL_FROM": (
        "fell_off fell_from fell_down fell_out fell_on fallen_off fallen_from falling_off "
        "falls_off rolled_off rolled_out tumbled came_off thrown_from slipped_on slipped_in "
        "slipped_and dropped_from tombe_du tombe_de_la tombe_de_son tombe_de_sa tombe_des "
        "tombe_d_un tombe_d_une tombee_du tombee_de_la tombee_de_son tombee_des tombee_d_un "
        "tombee_d_une tombe_dans_l_escalier tombee_dans_l_escalier chute_du chute_dans "
        "degringol* bike_crash car_crash car_accident moto_accident motorbike_accident "
        "okada_accident"
    ),
    "FALL_SIGN": (
        "vomi* throw* threw sleepy drows* somnol* confus* unconsc* inconscien* dazed groggy "
        "memory memoire remember sonne nonsense anyhow pupil* seizur* convuls* delir* bizarre "
        "endort endormi* faint* evanoui*"
    ),
    "SCALD": "scald* ebouillant*",
    "CLOTHES": (
        "clothes clothing shirt trousers dress robe vetement* hair cheveux pyjama* habit* pagne "
        "wrapper skirt jupe sleeve manche"
    ),
    "FIRE": (
        "on_fire caught_fire took_fire en_feu pris_feu a_pris_feu flames flammes catch_fire "
        "caught_flame set_alight alight"
    ),
    "SKIN": "skin peau skins",
    "HURTS": "burn* brul* white blanc* blanche blister* cloque* hole rongee",
    "HOT_THING": (
        "scald* friture friteuse hot_fat hot_soup hot_porridge hot_pap hot_stew frying_oil "
        "cooking_oil grease pressure_cooker cocotte kettle bouilloire casserole marmite "
        "saucepan hot_iron fer_a_repasser steam brasero braise* embers bonfire barbecue bbq "
        "gas_exploded gas_explosion gas_cylinder bonbonne explosif firework* petard* "
        "feux_d_artifice hot_pan poele_chaude huile_brulante huile_bouillante eau_brulante "
        "lait_chaud cafe_chaud soupe_chaude the_bouillant cuisiniere hot_stove incendie flame "
        "cup_of_tea cup_of_coffee mug_of_tea mug_of_coffee tasse_de_the tasse_de_cafe "
        "bol_de_soupe bowl_of_soup pot_of hot_drink boisson_chaude petrol_fire molten fondu "
        "goudron_chaud hot_tar hot_wax huile oil kettle_of caught_flame chip_pan cooking_gas "
        "tea coffee soup porridge cafe soupe"
    ),
    # sepsis
    "URINE": "pee peed urin* piss* pipi wee weed wees",
    "VIOLENT": (
        "violent* violemment crazy mad uncontroll* incontrol* like_crazy comme_une_feuille "
        "sever* extreme* really_bad awful* terrible* hard intens* fou bed_shaking"
    ),
}
"""Concept -> words."""
