"""What people say of situations: things swallowed, blows, ages, plans."""

from collections.abc import Mapping
from typing import Final

SITUATIONS: Final[Mapping[str, str]] = {
    "CHOKE_FOOD": (
        "grape grapes coin coins steak meat sweet sweets nut nuts peanut cheerio hot_dog sausage "
        "apple carrot bone arete button bead marble battery lego toy raisin viande morceau "
        "bonbon cacahuete piece bille pomme saucisse pain bread popcorn balloon food fish_bone "
        "chicken fufu egg biscuit lolly candy noix fish noisette caramel hotdog bouchee carotte "
        "olive cap stopper bouchon bolus boulette jouet aliment marshmallow tomate crouton"
    ),
    "STUCK_IN": (
        "stuck lodged chok* coince* bloque* etouff* in_his_throat in_her_throat in_my_throat "
        "wrong_way travers de_travers fausse_route windpipe jammed"
    ),
    "VOICE_CHANGED": (
        "voice voix hoarse squeaky croak* raspy rauque enroue* barking husky voice_gone stridor "
        "strangled aphone"
    ),
    "HIVES": (
        "hives welts urticaire urticari* nettle* plaques wheals bumps boutons_partout bumps_all"
    ),
    "NOT_WORDS": (
        "no_words not_words wrong mixed jumbled garbled slurred slurring slur not_make "
        "not_making rubbish nonsense muddled gibberish mush backwards not_coming not_come "
        "cannot_get cannot_find trouve_plus trouve_pas sortent_pas melange* incomprehensible* "
        "drunk ivre saoul bourre charabia bouillie rien_a_ce comprend_rien no_sense "
        "not_understand incoherent* mashed mangled pateuse empatee mumbl* cannot_speak "
        "that_are_not not_real make_no_sense without_sense salad salade the_the_the "
        "not_even_words not_real_words"
    ),
    "HEAD_BLOW": (
        "hit_his_head hit_her_head hit_my_head hit_head banged_his_head banged_her_head "
        "banged_my_head bumped_his_head bumped_her_head bumped_my_head head_first "
        "knocked_his_head knocked_her_head smacked_his_head cracked_his_head cracked_her_head "
        "cracked_my_head landed_on_his_head landed_on_her_head landed_on_head landed_on_my_head "
        "fell fallen fell_off came_off kerb curb decked crash crashed accident tombe tombee "
        "tombes chute cogne cognee cogner headbutt* headfirst skull crane concussion commotion "
        "pete_la_tete traumatisme glisse glissee scoot scooter trampoline ladder echelle bunk "
        "rolled_off balcony bike_crash hit_by headbutted punched coup_de_poing coup_sur_la_tete "
        "tete_la_premiere choc_a_la_tete tackled tackle clashed_heads rugby thrown ko heurte "
        "heurtee swing balancoire percute knocked_down collision head_injury hit_on_the_head "
        "knock_to_the_head bang_on_the_head bump_on_the_head fallen_off lamped "
        "kicked_in_the_head clocked thumped sparked bottled glassed floored slipped_on_ice"
    ),
    "TESTICLE": (
        "testicle* testicule* testic* ball balls bollock* nut nuts couille* bourse* scrotum nad "
        "nads burnes roubignol* goolies sack nutsack gonads plums ballsack teste testes "
        "bijoux_de_famille couille boule coquille coucougnette* valseuses"
    ),
    "GLUCOSE_TALK": (
        "sugar* sucre glucose glyc* glicemi* dextro* glucomet* libre dexcom cgm bg bgl bm bms "
        "meter lecteur capteur sensor gluco glucoz* blood_sugar diabet* sugars machine appareil "
        "reading lecture granny_s_reading"
    ),
    "HI": "reads_hi says_hi off_the_scale high_alarm hors_limite trop_haut",
    "LARGE_KETONES": (
        "large purple rising high 3 4 5 6 2 moderate eleve* hautes positi* plus_plus"
    ),
    "YOUNG_BABY": (
        "newborn newborns new_born nouveau_ne nourrisson week_old weeks_old days_old day_old "
        "week_baby weeks_baby 2_month_old 1_month_old two_month_old one_month_old 6_week 7_week "
        "5_week 4_week 8_week 3_week 2_week 6_week_old three_weeks six_weeks five_weeks "
        "four_weeks two_weeks seven_weeks eight_weeks two_months 2_months 1_month one_month "
        "5_weeks 6_weeks 7_weeks 8_weeks 9_weeks 10_weeks 11_weeks 3_weeks 4_weeks un_mois "
        "1_mois 2_mois deux_mois 3_semaines 4_semaines 5_semaines 6_semaines 7_semaines "
        "8_semaines 9_semaines 10_semaines trois_semaines quatre_semaines cinq_semaines "
        "six_semaines sept_semaines huit_semaines dix_jours 10_days ten_days quinze_jours "
        "2_semaines deux_semaines jours_de_vie ukwezi_kumwe 10_jours 12_jours 20_jours 6_wk 3_wk "
        "nine_weeks ten_weeks born_last premature prema 9_week 10_week 11_week 3_semene 2_semene "
        "semene ne_le_mois_dernier born_last_month 20_days 15_days 12_days ne_il_y_a"
    ),
    "HOT_BABY": (
        "burning hot boiling roasting chaud chaude brulant brulante bouillant bouillante febrile "
        "fever feverish fievre temp temperature brule_de"
    ),
    "RECENT_OP": (
        "operated operation surgery operat* op opere operee chirurgie post_op c_section "
        "cesarienne caesarean hysterectomy gallbladder appendix hip_replacement knee_replacement "
        "biopsy tooth_out dent_arrachee piercing tattoo stitches points agrafes scar cicatrice "
        "wound plaie drain gave_birth accouch* miscarriage fausse_couche abortion ivg"
    ),
    "SPREADING": (
        "spreading spread more etend etendent multipli* growing appear* apparai* joining "
        "everywhere partout new"
    ),
    "PREG": (
        "pregnan* enceint* weeks_pregnant grossesse months_gone months_pregnant weeks_gone "
        "trimest* due_date mois_de_grossesse 20_weeks 24_weeks 26_weeks 28_weeks 29_weeks "
        "30_weeks 31_weeks 32_weeks 33_weeks 34_weeks 35_weeks 36_weeks 37_weeks 38_weeks "
        "39_weeks 40_weeks 41_weeks a_terme full_term 8_mois 7_mois 6_mois 9_mois in_labour "
        "labour accouch* midwife sage_femme weeks_along placenta* eclamps* preeclamps* preggers "
        "preggo ventre_de_femme semaines_de_grossesse"
    ),
    "PREMATURE": (
        "28_weeks 29_weeks 30_weeks 31_weeks 32_weeks 33_weeks 34_weeks 26_weeks 27_weeks "
        "25_weeks 24_weeks 28_semaines 29_semaines 30_semaines 31_semaines 32_semaines "
        "33_semaines 26_semaines 27_semaines 7_mois 6_mois early premature* trop_tot avant_terme "
        "too_soon preterm before_time"
    ),
    "STILL": "still encore toujours keeps again continue* continuing non_stop",
    "MISDOSE": (
        "double twice instead wrong ten_times 10_times dix_fois deux_fois too_much too_many trop "
        "overdose extra mistake erreur lieu another au_lieu whole entire all_of all handful "
        "poignee trompe decimal confused mixed_up"
    ),
    "SELF_TALK": "i je j my me moi mon ma he she il elle",
    "END_WORDS": (
        "vite_fait_et_fini ce_serait_fini wanted_it_over be_a_me c_est_fini_pour_moi "
        "c_est_fini_je mourir crever long_sleep rest_forever final_sleep not_wake "
        "plus_me_reveiller i_am_finished_with_this_world tired_of_this_world me_ratera "
        "not_be_a_burden plus_de_moi recommencer_cette_nuit do_it_again_tonight "
        "never_has_to_suffer sleep_under sleep_at_the_bottom go_to_sleep_for_good end_all_of_it "
        "be_done_with_life fermer_les_yeux_pour close_my_eyes_for_good ne_plus_souffrir "
        "not_suffer_anymore stop_the_noise_forever faire_taire_pour_toujours partir_avec_mon "
        "partir_avec_mes take_the_baby_with_me take_the_kids_with_me partir_rejoindre me_caner "
        "me_rater_pas not_for_the_rats pas_pour_les_rats i_wanted_it_to_stop "
        "je_voulais_que_ca_s_arrete wanted_everything_to_stop end_it end_things end_it_all "
        "finish_it finish_things en_finir tout_arreter be_dead be_gone not_exist "
        "disappear_forever stop_existing not_be_alive not_alive be_alive_anymore kill_myself kms "
        "unalive top_myself off_myself do_myself me_buter me_flinguer me_foutre_en_l_air "
        "me_crever me_tuer me_pendre mettre_fin_a final_exit take_my_own_life check_out_for_good "
        "wish_i_was_dead wish_i_were_dead want_to_die wanting_to_die rather_be_dead "
        "prefere_mourir envie_de_mourir veux_mourir ready_to_die go_and_not_come_back "
        "not_come_back not_be_here plus_etre_la plus_la ma_place_est_avec sortir_de_cette_vie "
        "join_them rejoindre_mes quitter_ce_monde sleep_and_never worked_out_how picked_a_date "
        "picked_friday have_the_means means_at plus_vivre plu_vivre plus_de_vivre "
        "peux_plus_de_vivre"
    ),
    "END_SOFT": (
        "look_like_an_accident pass_for_an_accident passer_pour_un_accident no_more_mornings "
        "no_more_tomorrows no_more_days no_more_waking never_born not_been_born pas_ne pas_nee "
        "jamais_ne drove_off drive_off_the stop_for_good s_arrete_pour_de_bon "
        "s_arrete_pour_toujours arrete_pour_de_bon one_last_time une_derniere_fois "
        "the_last_sunset my_last_meal mon_dernier_repas last_birthday dernier_anniversaire "
        "last_christmas dernier_noel m_endormir switch_off_for_good turn_everything_off "
        "tout_eteindre m_eteindre the_next_one the_long_one be_quick over_quickly quick_and_over "
        "vite_fini serait_vite tant_mieux last_day dernier_jour tire_finish don_tire "
        "essaye_il_y_a my_last_day mon_dernier_jour my_last_night ma_derniere_nuit "
        "raison_de_rester to_find_me pour_me_trouver this_be_my_last c_est_mon_dernier "
        "my_last_message what_i_need ce_qu_il_faut lined_up"
    ),
    "PLANNING_END": (
        "goodbye_letter goodbye_letters lettre_d_adieu lettres_d_adieu suicide_note last_goodbye "
        "je_vous_dis_adieu funeral_paid written_my_will letters_for_the_kids letters_to_the_kids "
        "wrote_letters picked_the_day no_longer_be_a_burden the_world_is_better_without "
        "done_something_silly fait_une_betise done_something_stupid letters_are_written "
        "sorted_my_affairs affairs_in_order toucheront_l_assurance insurance_will better_than_me"
    ),
    "NO_POINT": (
        "what_is_the_point_anymore no_point_anymore no_point_in_living a_quoi_bon_vivre "
        "plus_gout_a_la_vie sick_of_being_here tired_of_being_here tired_of_existing "
        "not_want_to_exist not_want_to_be_alive cannot_do_life not_see_a_future no_way_out "
        "plus_d_issue aucune_issue plus_la_force_de_vivre plus_envie_de_vivre not_worth_living "
        "vaut_plus_la_peine"
    ),
    "LETTING_GO": (
        "written_to_everyone wrote_to_everyone ecrit_a_tout_le_monde donne_mon_chat "
        "donne_mon_chien gave_my_cat gave_my_dog paye_mes_factures paid_my_bills paid_all "
        "le_testament the_will_is keys_are_under les_cles_sont codes_sont mes_mots_de_passe "
        "my_passwords deleted_my_accounts supprime_mes_comptes fed_the_cat left_money_for "
        "laisse_de_l_argent occupez_vous_de occupe_toi_de prenez_soin_de take_care_of_my "
        "look_after_my je_vous_aime_tous vous_aime_tous i_love_you_all love_you_all dites_a_mes "
        "tell_my_kids tell_them_i sorted_the sorted_everything range_mes_papiers "
        "thanks_for_everything merci_pour_tout thank_you_for_everything made_peace insurance_so "
        "given_away gave_away giving_away giving_my donne_mes confie fed nourri written_to "
        "written_letters ecrit_aux ecrit_a_mes range_mes sorted_out_my sorted_all annule "
        "cancelled deleted left_the_keys laisse_les_cles paid_off paye_toutes forgiven "
        "signed_over cleaned_the_house mis_en_ordre en_ordre in_order tidied clearing_out "
        "ranged_my packed_up_my cles_sur_la_table keys_on_the_table papiers passwords codes "
        "mots_de_passe life_insurance assurance_vie who_gets the_letters written_the_letters "
        "letters_written lettres_ecrites prete_a_partir chosen_the_songs paid_the_funeral "
        "arranged_for_the someone_to_take_the laisse_un_mot mot_d_adieu range_l_appartement "
        "paye_le_loyer donne_le_chien given_the_cat donne_le_chat"
    ),
    "LAST_TIME": (
        "tonight after_tonight after_friday ce_soir apres_ce_soir sera_fini will_be_over be_over "
        "nobody_has_to no_one_has_to not_be_sad quite_calm feel_calm feel_peaceful calm peaceful "
        "at_peace en_paix apaise serein sereine not_crying not_sad not_upset pas_triste "
        "meme_pas_triste goodbye au_revoir adieu nothing_left last_time derniere_fois the_last "
        "soulages relieved soulagement carry_me no_tomorrow pas_de_demain pardon forgive "
        "fini_pour enough_now tout_sera freed libere guess_anything decision_est_prise "
        "decision_is_made for_good pour_de_bon je_pars see_monday"
    ),
    "MEANS_NEAR": (
        "pesticide pills tablets patches rope knife razor blade blades weedkiller poison "
        "rat_poison mort_aux_rats produit_pour_les_rats insecticide gun rifle fusil corde "
        "couteau lame cutter rasoir comprimes medicaments cachets boite boites platanes platane "
        "wall bridge pont river lac tracks rails edge bord water lagoon cliff roof toit platform "
        "quai voies train gramoxone sniper bleach insulin morphine beam poutre fenetre window "
        "balcon arbre lake"
    ),
    "AT_RISK": (
        "newborn pregnant enceinte chemo chimio diabetic diabetique diabete warfarin transplant "
        "sickle drepanocyt* asthmatic asthmatique epileptic epileptique stents stent pacemaker "
        "haemophilia hemophile cancer dialysis dialyse weeks_old days_old copd bpco insulin "
        "insuline cirrhosis cirrhose"
    ),
    "SWELL_UP": "swell* swollen puff* gonfl* enfl* ballooning welts hives",
    "HOPELESS": (
        "cannot_see_a_future cannot_see_a_version cannot_see_myself cannot_imagine_tomorrow "
        "me_vois_pas_demain vois_pas_d_avenir pas_d_avenir no_version cannot_see_next "
        "cannot_see_tomorrow not_see_next not_see_the_point no_mornings plus_d_avenir "
        "plus_aucun_avenir no_tomorrow no_one_needs_me personne_n_a_besoin nothing_for_me "
        "rien_ne_me_retient nothing_keeps_me nothing_holds_me tire_d_un_trait tired_of_fighting "
        "fatigue_de_me_battre fatigue_de_lutter tired_of_pretending fatigue_de_faire_semblant "
        "there_is_no_one there_s_no_one no_one_will_ask anyone_will_ask sens_vide me_sens_vide "
        "je_suis_vide partie_en_mars mari_est_parti widow* veuf veuve same_place_again "
        "back_in_the_same deja_essaye already_tried tried_before nobody_will_ask no_one_left "
        "plus_personne raison_de reason_to tant_mieux faillite creancier* bankrupt* bailiff* "
        "huissier* left_me me_quitte m_a_quitte repartie_chez lost_my_job perdu_mon_travail "
        "chomage divorc* failure failed_everyone rate_ma_vie echec alone_now "
        "tout_seul_maintenant nobody_calls cannot_be_bothered cba numb_inside feel_nothing "
        "ressens_plus_rien plus_rien_ne_compte existing_anymore exist_anymore hollow "
        "je_vaux_rien je_sers_a_rien suis_un_poids suis_une_charge fed_up marre_de_moi "
        "epuise_de_vivre nothing_helps rien_ne_va_plus pain_will_never dark_place trou_noir "
        "never_get_better cannot_cope no_way_out not_see_a_way not_see_another no_point "
        "what_is_the_point what_s_the_point whats_the_point point_of_any nothing_left "
        "nothing_matters nothing_to_live no_future no_hope hopeless worthless useless "
        "empty_inside so_tired_of tired_of_everything done_with_everything done_with_it so_done "
        "im_done i_am_done cannot_anymore cannot_do_this cannot_take cannot_go cannot_keep_doing "
        "cannot_face had_enough enough_of_everything exhausted_by_life life_has_tired "
        "too_much_for_me given_up giving_up lost_everything loan debt ruined shame ashamed "
        "plus_d_espoir sans_espoir aucun_espoir a_quoi_bon a_quoi_ca_sert sert_a_rien "
        "sers_a_rien plus_de_sens aucun_sens plus_rien_a plus_la_force plus_le_courage "
        "plus_envie j_en_peux_plus en_peux_plus jen_peux_plus peux_plus_continuer a_bout "
        "au_bout_du_rouleau tout_perdu marre_de_tout degoute_de_tout fatigue_de_tout "
        "fatigue_d_exister ras_le_bol_de_tout personne_m_aime personne_ne_m_aime nobody_loves "
        "nobody_cares no_one_cares hate_myself me_deteste je_me_hais vide_a_l_interieur honte "
        "dettes"
    ),
    "SECRECY": (
        "do_not_tell dont_tell not_tell_anyone not_tell_my please_do_not_send do_not_send "
        "not_asking_for_attention not_looking_for_attention not_being_dramatic why_i_am_typing "
        "why_i_am_telling why_i_am_writing no_idea_why_i do_not_try_to do_not_call nobody_knows "
        "no_one_knows ne_le_dis_pas ne_dis_rien ne_dites_rien ne_prevenez_pas ne_previens_pas "
        "n_appelez_pas personne_ne_sait personne_le_sait je_ne_sais_pas_pourquoi_je "
        "pourquoi_je_t_ecris pourquoi_j_ecris juste_dire just_wanted_to_say just_wanted_to_tell "
        "wanted_to_say_goodbye say_thanks dire_merci dire_au_revoir"
    ),
    "DECIDED": (
        "strangely_calm etrangement_calme oddly_calm weirdly_calm weirdly_peaceful finally_calm "
        "enfin_calme enfin_tranquille the_date_is_set tout_est_regle everything_is_sorted "
        "pills_are_counted counted_out ready_now made_peace_with en_paix_avec vais_recommencer "
        "will_do_it_again going_to_do_it je_vais_le_faire this_time_i cette_fois_je "
        "asking_for_tonight i_have_decided i_decided made_up_my_mind decision made_my_decision "
        "my_decision j_ai_decide ma_decision j_ai_choisi i_have_chosen chosen_the chosen_a "
        "picked_a picked_the picked_my set_a_date worked_out_how worked_out_when "
        "know_how_i_would know_exactly_how je_sais_comment tout_est_pret everything_is_ready "
        "all_ready all_planned planned_it a_plan mon_plan keep_planning prevu have_the_means "
        "les_moyens calm calme calmer peaceful peace paix apaise apaisee serein sereine relieved "
        "soulage soulagee not_scared_anymore plus_peur meme_pas_peur even_scared not_afraid"
    ),
    "ABSENCE": (
        "was_not_here were_not_here if_i_was_not if_i_were_not not_here_anymore not_here_no_more "
        "be_here_no_more not_want_to_be_here si_je_n_etais si_j_etais_pas si_j_etais_plus "
        "etais_plus_la n_etais_plus once_i_go when_i_go quand_je_partirai with_me_in_it "
        "without_me_in_it no_me_in notice_i_was_gone notice_if_i remarquerait even_clock "
        "even_notice rendrait_compte without_me when_i_am_gone once_i_am_gone after_i_am_gone "
        "after_im_gone if_i_was_gone if_i_were_gone if_i_disappeared if_i_died if_i_did_not_wake "
        "if_i_just when_i_m_gone find_me found_me finds_me my_body my_funeral miss_me notice_if "
        "not_be_here not_be_around not_here not_be_there not_see_tomorrow no_longer_here "
        "under_the_ground sans_moi quand_je_ne_serai quand_je_serai_plus serai_plus_la "
        "serai_pas_la je_ne_serai_plus ne_serai_plus si_je_disparais si_je_disparaissais "
        "si_je_meurs si_je_mourais apres_moi apres_ma_mort mon_enterrement mon_corps me_trouver "
        "me_retrouver me_manque* manquer_a remarquer_a_peine plus_parmi parmi_les_vivants "
        "est_avec_eux me_trouve after_tonight apres_ce_soir after_friday after_today "
        "plus_de_lendemain last_night_here be_with_her be_with_him join_her join_him follow_her "
        "follow_him join_my rejoindre_ma rejoindre_mon la_rejoindre le_rejoindre les_rejoindre "
        "retrouver_ma retrouver_mon"
    ),
    "METHOD": (
        "poutre beam knots noeuds off_the_road dans_le_decor carabine hunting_rifle "
        "tablets_ready pills_ready cachets_devant medicaments_devant pills_in_front "
        "pills_are_counted boites_devant the_balcony the_bleach the_razor how_high 12th_floor "
        "dixieme_etage dernier_etage top_floor high_enough gun_by fusil_pres fusil_de_chasse "
        "letting_the_trains yellow_line ligne_jaune pills_lined platane hanged pendaison hanging "
        "this_bottle mis_de_cote_ce pumped_my_stomach lavage_d_estomac tablets_in_front "
        "comprimes_devant rasoir_dans_la in_the_bath_with voiture_me_fonce car_hits_me "
        "car_hit_me bus_hits_me sans_regarder_expres calibre le_flingue flingue revolver "
        "the_ledge the_parapet parapet garde_corps la_lame produit_pour_les_rats stepping_out "
        "stepping_off step_off stepping_in_front step_in_front walk_in_front walking_into "
        "let_the_train laisser_le_train under_the_lake under_the_water into_the_sea "
        "into_the_river au_fond_du_lac au_fond_de_l_eau dans_le_fleuve dans_le_puits well_behind "
        "the_well sous_le_bus sous_le_metro sur_les_rails gas_tap bouteille_de_gaz "
        "sleeping_pills somniferes viaduct multistorey multi_storey parking_a_etages raticide "
        "belt_from plastic_bag sac_plastique hang pendre pendu pendue rope corde noose drown "
        "myself jump jumping jumped sauter saute jeter_dans jeter_sous me_jeter bridge pont roof "
        "toit ledge balcon balcony cliff falaise tracks rails railway platform overpass viaduc "
        "lagoon pesticide weedkiller rat_poison mort_aux_rats poison gun fusil rifle pistol "
        "pistolet shotgun razor rasoir blade blades lame lames wrists poignets veins veines "
        "exhaust_pipe hose_pipe garage_with engine_on overdose saving_up been_saving stockpiled "
        "hoarding all_my_tablets all_my_pills tous_mes_cachets tous_mes_medicaments "
        "toutes_mes_boites painless sans_douleur indolore swerve volant virage platanes lorry "
        "oncoming under_the_train in_front_of_a crash_the_car drive_into drive_off rouler_dans "
        "foncer cutting_myself cut_myself cutter taillader insulin_all gas_oven bottle_of_pills "
        "counted_the counted_my compte_les looking_at_the_pills"
    ),
}
"""Concept -> words."""
