"""Despair, and the means people name."""

from collections.abc import Mapping
from typing import Final

DESPAIR: Final[Mapping[str, str]] = {
    # despair
    "SUICIDE": (
        "suicid* suissid* kms unalive tentative_de_suicide kill_me_self suside sucide suiside "
        "suicid self_delete idees_noires pensees_noires"
    ),
    "KILL": (
        "kill* hang* shoot* drown* strangle* tuer tue stab* poison* jump* throw* end harm* "
        "electrocut* asphyx*"
    ),
    "KILL_ONESELF": (
        "a_me_tue de_me_tue vais_me_tue comot_from_this_world comot_this_world leave_this_earth "
        "find_my_body find_our_bodies wanted_it_over make_me_not_wake not_wake_up_tonight "
        "m_arrangerait_de_mourir traverse_sans_regarder_expres the_long_sleep "
        "last_night_on_earth no_me_after not_be_a_me reason_to_stay_alive "
        "me_reveillais_plus_jamais me_reveillais_plus reveillais_jamais dernier_message "
        "not_want_to_be_saved a_reason_to_stay me_tuer se_tuer me_suicid* se_suicid* me_pendre "
        "se_pendre m_en_aller_pour_toujours me_foutre_en_l_air se_foutre_en_l_air fous_en_l_air "
        "me_flinguer se_flinguer m_ouvrir_les_veines s_ouvrir_les_veines me_couper_les_veines "
        "me_noyer se_noyer me_supprimer se_supprimer me_jeter_sous me_jeter_du m_immoler "
        "s_immoler me_foutre_en_air take_my_life take_his_life take_her_life taking_my_life "
        "take_my_own_life taking_my_own_life took_his_own_life slit_my_wrists cut_my_wrists "
        "ending_it_all end_it_all ended_it_all to_end_it ending_it end_it_tonight going_to_end_it "
        "it_all_to_end fin_a_mes_jour* fin_a_ses_jour* fin_a_ma_vie fin_a_sa_vie "
        "fin_de_mes_jour* m_oter_la_vie me_donner_la_mort passer_a_l_acte en_finir_avec_la_vie "
        "en_finir_avec_ma_vie d_en_finir veux_en_finir vais_en_finir better_off_dead "
        "better_off_without_me mieux_sans_moi world_without_me plus_de_raison_de_vivre kill_me "
        "jump_in_front jump_off lettre_d_adieu goodbye_letter farewell_letter suicide_note "
        "goodbye_note lettres_d_adieu if_i_was_gone if_i_were_gone better_without_me "
        "rid_of_myself sleep_forever dormir_pour_toujours marre_de_vivre fatigue_de_vivre "
        "fatiguee_de_vivre tired_of_living tired_of_life fed_up_with_living no_will_to_live "
        "marre_de_la_vie quitter_ce_monde leave_this_world end_of_me me_laisser_mourir "
        "nobody_would_miss_me no_one_would_miss_me personne_ne_me_regrett* manquerai_a_personne "
        "better_off_without_him better_off_without_her better_off_if_i mieux_sans_lui "
        "mieux_sans_elle mieux_si_je mieux_mort mieux_morte better_dead me_jeter se_jeter "
        "me_defenestrer se_defenestrer m_empoisonner s_empoisonner m_etrangler "
        "me_tirer_une_balle se_tirer_une_balle tirer_une_balle balle_dans_la_tete "
        "bullet_in_my_head gun_to_my_head end_my_own end_things_tonight end_all_this "
        "end_it_today end_it_now end_it_once end_this_life finish_my_life mettre_fin_a_tout "
        "mettre_un_terme en_finir_avec_tout en_finir_pour_de_bon en_finir_ce_soir veut_en_finir "
        "voudrais_en_finir envie_d_en_finir tout_arreter_pour_de_bon do_something_stupid "
        "do_away_with_myself faire_une_betise faire_une_connerie not_here_tomorrow "
        "not_be_here_any* not_be_alive stop_existing stop_being_alive cease_to_exist "
        "never_been_born jamais_nee plus_de_ce_monde quitter_cette_vie quitter_la_vie "
        "partir_pour_toujours partir_pour_de_bon disparaitre_pour_toujours "
        "disparaitre_pour_de_bon plus_etre_la plus_la_demain plus_exister plus_vivre "
        "a_quoi_bon_vivre a_quoi_bon_continuer a_quoi_bon_rester join_my_late "
        "rejoindre_ma_mere_au_ciel meet_my_maker no_reason_to_live no_reason_to_carry_on "
        "no_reason_to_go_on nothing_to_live_for nothing_left_to_live tired_of_being_alive "
        "tired_of_this_life tired_of_my_life tired_of_this_world tire_of_this_life "
        "sick_of_living sick_of_life sick_of_being_alive done_with_life done_with_this_life "
        "done_with_living marre_d_etre_en_vie marre_de_cette_vie fatigue_de_la_vie "
        "fatiguee_de_la_vie fatigue_de_cette_vie peux_plus_de_cette_vie peux_plus_de_la_vie "
        "peux_plus_de_vivre peux_plus_vivre degoute_de_la_vie la_vie_me_fatigue "
        "plus_la_force_de_continuer plus_la_force_de_vivre plus_la_force_de_lutter "
        "plus_le_courage_de_vivre personne_ne_me_pleurer* personne_ne_me_manquer* "
        "nobody_will_miss_me no_one_will_miss_me would_miss_me would_even_miss not_miss_me "
        "personne_ne_le_regrett* personne_ne_la_regrett* manquerait_a_personne "
        "manquerais_a_personne sleep_and_never go_to_sleep_and_not m_endormir_et_ne "
        "s_endormir_et_ne m_endormir_pour_toujours dors_pour_toujours voice*_telling_me_to "
        "taking_her_life taking_his_life take_his_own take_her_own took_her_own_life "
        "slit_his_wrists slit_her_wrists slit_my_throat cut_my_veins cut_her_wrists "
        "cut_his_wrists taillad* tranche_les_veines trancher_les_veines end_her_life "
        "end_his_life want_out_of_this_life kill_herself hang_himself walk_into_traffic "
        "crash_my_car lay_on_the_tracks lie_on_the_tracks sous_un_train sous_le_train "
        "drink_sniper drink_otapiapia drink_gramoxone off_myself top_myself topping_myself "
        "finish_myself"
    ),
    "HURT": "hurt* harm* injur*",
    "HARM": (
        "self_harm* harming cutting scarif* mutil* automutil* burning_myself slicing taillad* "
        "lacer*"
    ),
    "HARM_ONESELF": (
        "me_scarif* se_scarif* me_mutil* se_mutil* me_faire_du_mal se_faire_du_mal automutil* "
        "self_harm* selfharm* cutting_myself cuts_herself cuts_himself cutting_herself "
        "cutting_himself me_coupe_les_bras se_coupe_les_bras se_coupe_les_veines hurting_myself "
        "harm_myself harming_myself me_taillad* se_taillad* me_coupe_la_peau me_brule_expres "
        "burning_myself burn_myself cut_myself_again cutting_again me_frapper_la_tete "
        "punishing_myself me_lacer* se_lacer* self_injur* self_inflict* hurt_myself_again "
        "harms_herself harms_himself hurting_herself hurting_himself harm_herself harm_himself "
        "scars_on_her_arms hurts_herself hurts_himself me_fait_du_mal_expres cuts_on_her_arms "
        "hurt_himself_on_purpose hurt_myself_on_purpose cut_myself_on_purpose "
        "burnt_myself_on_purpose burned_myself_on_purpose me_fais_du_mal me_suis_fait_du_mal "
        "me_suis_scarif* me_suis_mutil* me_suis_coupe_expres me_suis_brule_expres"
    ),
    "END": "end* finish*",
    "LIFE": "life lives",
    "DIE": (
        "die dead dying mourir mort morte mortes crever disparaitre disappear* not_exist death "
        "creve decede* mourrir perish never_wake slip_away dead_already m_eteindre trepas"
    ),
    "LIVE": (
        "live living alive vivre be_here exist* wake_up carry_on carrying_on continue_living "
        "continuer_a_vivre etre_la etre_en_vie being_here going_on be_around staying_here "
        "being_alive be_alive exister rester_en_vie keep_going staying_alive"
    ),
    "POINT": "point reason worth sense worthless meaning use purpose espoir utilite",
    "FORCE": "envie force courage raison gout veux veut interet",
    "WORTH": "worth vaut valait sens peine",
    "CANNOT_GO_ON": (
        "cannot_go_on not_go_on cannot_carry_on cannot_do_this_any* cannot_take_it_any* "
        "not_want_to_be_here not_want_to_wake_up never_wake_up not_wake_up_tomorrow "
        "plus_jamais_me_reveiller plus_me_reveiller ne_jamais_me_reveiller plus_jamais_reveiller "
        "not_wake_up_again plus_envie_de_rien_sauf_mourir cannot_live_like cannot_live_any* "
        "cannot_keep_going cannot_face_another cannot_bear_living cannot_continue_living "
        "cannot_take_this_life cannot_take_this_any* not_want_to_exist not_want_to_wake "
        "not_want_to_be_alive not_want_to_live hope_i_do_not_wake wish_i_would_not_wake "
        "pas_me_reveiller jamais_me_reveiller pas_se_reveiller jamais_se_reveiller"
    ),
    "HIGH_PLACE": (
        "bridge* roof* train* window* pont balcony balcon toit fenetre cliff* falaise* building* "
        "metro rails tower highway motorway overpass lagoon river tracks rail railway autoroute "
        "riviere flyover ledge rooftop terrace terrasse viaduc pier fleuve immeuble ravin"
    ),
    "JUMP": "jump* sauter saute jeter jette throw*",
    "END_ONLY": "end ending",
    "EVERYTHING": (
        "everything it_all all_this my_pain my_suffering my_misery this_pain this_suffering "
        "this_life"
    ),
    "STOCKPILE": (
        "stockpil* hoard* saving_up saved_up been_saving been_collecting accumul* mis_de_cote "
        "mets_de_cote gardes_de_cote cache_des economis* collecting stashed stash*"
    ),
    "GOODBYE": (
        "goodbye goodbyes good_bye farewell adieu adieux last_message dernier_message forgive_me "
        "pardonnez_moi"
    ),
    "FOREVER": (
        "forever for_good pour_toujours a_tous not_be_around not_be_here plus_la not_around "
        "not_be_there scared afraid peur worried inquiet inquiete never_see plus_me_voir "
        "not_see_me"
    ),
    "MEANS": "rope noose corde noeud_coulant gun pistol revolver pistolet rifle shotgun fusil",
    "PREPARE": (
        "prepar* bought achete* ready pret prete tied tie attache* found got_a got_my have_a "
        "i_have j_ai hidden cache* wrist* poignet* plan*"
    ),
    "BURDEN": "burden fardeau poids_pour waste_of_space",
    "EVERYBODY": (
        "everyone everybody family tout_le_monde ma_famille mes_parents my_kids mes_enfants "
        "my_parents pour_tous"
    ),
    "SPEAK_OF": "talk* parle* threat* menac*",
    "OF_DYING": "dying mourir suicide pendre killing",
}
"""Concept -> words."""
