"""What people say of situations: things swallowed, blows, ages, plans."""

from collections.abc import Mapping
from typing import Final

SITUATIONS: Final[Mapping[str, str]] = {
    "CHOKE_FOOD": (
        "grape grapes coin coins steak meat sweet sweets nut nuts peanut cheerio hot_dog "
        "sausage apple carrot bone arete button bead marble battery lego toy raisin viande "
        "morceau bonbon cacahuete piece bille pomme saucisse pain bread popcorn balloon food "
        "fish_bone chicken fufu egg biscuit lolly candy noix fish noisette caramel hotdog "
        "bouchee carotte olive cap stopper bouchon bolus boulette jouet aliment marshmallow "
        "tomate crouton"
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
    "HI": ("reads_hi says_hi off_the_scale high_alarm hors_limite trop_haut"),
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
        "2_semaines deux_semaines jours_de_vie ukwezi_kumwe 10_jours 12_jours 20_jours 6_wk "
        "3_wk nine_weeks ten_weeks born_last premature prema 9_week 10_week 11_week 3_semene "
        "2_semene semene ne_le_mois_dernier born_last_month 20_days 15_days 12_days ne_il_y_a"
    ),
    "HOT_BABY": (
        "burning hot boiling roasting chaud chaude brulant brulante bouillant bouillante "
        "febrile fever feverish fievre temp temperature brule_de"
    ),
    "RECENT_OP": (
        "operated operation surgery operat* op opere operee chirurgie post_op c_section "
        "cesarienne caesarean hysterectomy gallbladder appendix hip_replacement "
        "knee_replacement biopsy tooth_out dent_arrachee piercing tattoo stitches points "
        "agrafes scar cicatrice wound plaie drain gave_birth accouch* miscarriage fausse_couche "
        "abortion ivg"
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
        "33_semaines 26_semaines 27_semaines 7_mois 6_mois early premature* trop_tot "
        "avant_terme too_soon preterm before_time"
    ),
    "STILL": ("still encore toujours keeps again continue* continuing non_stop"),
    "MISDOSE": (
        "double twice instead wrong ten_times 10_times dix_fois deux_fois too_much too_many "
        "trop overdose extra mistake erreur lieu another au_lieu whole entire all_of all "
        "handful poignee trompe decimal confused mixed_up"
    ),
    "SELF_TALK": ("i je j my me moi mon ma he she il elle"),
    "END_WORDS": (
        "end_it end_things end_it_all finish_it finish_things en_finir tout_arreter be_dead "
        "be_gone not_exist disappear_forever stop_existing not_be_alive not_alive "
        "be_alive_anymore kill_myself kms unalive top_myself off_myself do_myself me_buter "
        "me_flinguer me_foutre_en_l_air crever me_crever me_tuer me_pendre mettre_fin_a "
        "final_exit take_my_own_life check_out_for_good wish_i_was_dead wish_i_were_dead "
        "want_to_die wanting_to_die rather_be_dead prefere_mourir envie_de_mourir veux_mourir "
        "ready_to_die go_and_not_come_back not_come_back not_be_here plus_etre_la plus_la "
        "ma_place_est_avec sortir_de_cette_vie partir_rejoindre join_them rejoindre_mes "
        "quitter_ce_monde sleep_and_never worked_out_how picked_a_date picked_friday "
        "have_the_means means_at plus_vivre plu_vivre plus_de_vivre peux_plus_de_vivre"
    ),
    "PLANNING_END": (
        "goodbye_letter goodbye_letters lettre_d_adieu lettres_d_adieu suicide_note "
        "last_goodbye je_vous_dis_adieu funeral_paid written_my_will letters_for_the_kids "
        "letters_to_the_kids wrote_letters picked_the_day no_longer_be_a_burden "
        "the_world_is_better_without done_something_silly fait_une_betise done_something_stupid "
        "letters_are_written sorted_my_affairs affairs_in_order toucheront_l_assurance "
        "insurance_will better_than_me"
    ),
    "NO_POINT": (
        "what_is_the_point_anymore no_point_anymore no_point_in_living a_quoi_bon_vivre "
        "plus_gout_a_la_vie sick_of_being_here tired_of_being_here tired_of_existing "
        "not_want_to_exist not_want_to_be_alive cannot_do_life not_see_a_future no_way_out "
        "plus_d_issue aucune_issue plus_la_force_de_vivre plus_envie_de_vivre not_worth_living "
        "vaut_plus_la_peine"
    ),
    "ABOUT": (
        "vaccine vaccines vaccin vaccins vaccination vaccinated jab jabs clinic appointment "
        "appointments rendez_vous poster leaflet brochure certificate certificat module course "
        "courses formation licence license permis insurance assurance form formulaire story "
        "novel roman histoire chapter film movie series serie episode_of game jeu character "
        "personnage hero heroine project projet school_project homework devoir essay volunteer "
        "training quiz article documentary documentaire exam examen thesis these revision "
        "revising student etudiant lecture presentation expose workshop atelier book livre "
        "podcast newsletter phone laptop computer ordinateur printer imprimante portable "
        "telephone_a wifi app_crashed battery_life car voiture engine moteur hereditary "
        "hereditaire family_tree genetic awareness marathon charity anniversary anniversaire "
        "risk risque risks risques prevent prevention prevenir eviter avoid statistics "
        "statistiques rare common difference definition meaning medical_history antecedents "
        "letter lettre discharge report rapport leaflet follow_up suivi rehab reeducation "
        "physio kine recovered gueri years_ago ago_now years_back since_2018 in_2009 back_in "
        "last_year annee_derniere childhood enfance ans_apres depuis_longtemps laugh* laughing "
        "rire rigole lol mdr patron boss loyer rent joke blague excel"
    ),
    "LETTING_GO": (
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
        "tonight after_tonight after_friday ce_soir apres_ce_soir sera_fini will_be_over "
        "be_over nobody_has_to no_one_has_to not_be_sad quite_calm feel_calm feel_peaceful calm "
        "peaceful at_peace en_paix apaise serein sereine not_crying not_sad not_upset "
        "pas_triste meme_pas_triste goodbye au_revoir adieu nothing_left last_time "
        "derniere_fois the_last soulages relieved soulagement carry_me no_tomorrow "
        "pas_de_demain pardon forgive fini_pour enough_now tout_sera freed libere "
        "guess_anything decision_est_prise decision_is_made for_good pour_de_bon je_pars "
        "see_monday"
    ),
    "MEANS_NEAR": (
        "pesticide pills tablets patches rope knife razor blade blades weedkiller poison "
        "rat_poison mort_aux_rats produit_pour_les_rats insecticide gun rifle fusil corde "
        "couteau lame cutter rasoir comprimes medicaments cachets boite boites platanes platane "
        "wall bridge pont river lac tracks rails edge bord water lagoon cliff roof toit "
        "platform quai voies train gramoxone sniper bleach insulin morphine beam poutre fenetre "
        "window balcon arbre lake"
    ),
    "AT_RISK": (
        "newborn pregnant enceinte chemo chimio diabetic diabetique diabete warfarin transplant "
        "sickle drepanocyt* asthmatic asthmatique epileptic epileptique stents stent pacemaker "
        "haemophilia hemophile cancer dialysis dialyse weeks_old days_old copd bpco insulin "
        "insuline cirrhosis cirrhose"
    ),
    "CALM": (
        "save log enregistre remind rappelle book appointment rendez_vous rdv refill "
        "repeat_prescription homework devoir mieux usually_fine used_to last_year years_ago gym "
        "workout recette recipe curious curiosite leaflet poster film movie serie series novel "
        "story roman game jeu theatre teacher exam essay vaccine vaccin allowed certificate "
        "certificat steps pas_par podcast a_touch a_bit_of_a little_bit un_peu_de legere leger "
        "slight mild bearable supportable gone_now passe passed_now blague haha mdr can_you "
        "could_you would_you peux_tu pouvez_vous tu_peux show_me show tell_me_the add put_in "
        "pop_that edit delete supprime ajoute affiche export download imprime translate "
        "traduire resume summarise which_of which how_many how_much how_do_i what_is_the "
        "what_counts what_time what_size what_foods where_do where_is quelle_est quelles_sont "
        "quel_est combien_de c_est_quand comment_je comment_faire comment_ranger "
        "est_il_possible existe_t_il l_appli the_app this_app login page_web mot_de_passe "
        "subscription abonnement version when_is did_my order commande reorder renew renouveler "
        "ordonnance prescription_ready calories zone training entrainement in_theory en_theorie "
        "generally en_general d_apres la_notice je_me_renseigne je_m_informe reading_ahead "
        "i_teach learners mnemonic drill dummy rehearsal presenting the_news tomatoes server "
        "impots parking_fine facture bill hangover homesick* rente homesickness vacances "
        "holiday_plans payer commentary cricket pillow best_9 at_what_temp hydration reminder "
        "rappel notifications notification brassard cuff the_cat_ate dents dent_de_lait "
        "teething perce_une_dent fait_ses_dents tooth_is_coming preparing je_prepare causerie "
        "swimming safe_to_give safe_to_take a_la_longue school_play clapped like_a_fool tisane "
        "hay_fever cool_down first_10k graduation teasing had_a_fit_when in_2016 in_2015 "
        "in_2014 in_2017 in_2018 in_2019 voir_la_facture en_voyant_la when_i_saw miss_my wolof "
        "le_son cramps_as period_cramps the_usual_ones changement_d_heure tooth_extraction "
        "all_healed healed updating ordi ordinateur tablette onglet mairie remontees_acides "
        "forte_dose pharmacie cour_de call_centre stuffy_nose croaky honey petite_brulure "
        "juste_rouge just_red heures_de_sommeil secourisme surgeons corridor technique "
        "not_expecting dance_floor varicelle chickenpox childproof locked_away mignon "
        "kilometres marathon conserver en_voyage thank_you_for thanks_for merci_pour tips "
        "recommend recommander conseils astuce price prix cost parking opening_hours horaires "
        "refund account compte comptes profile profil language font share partager screenshot "
        "battery_life sync bluetooth charger bracelet strap how_often how_long_is do_i_need "
        "is_it_normal_to is_it_safe is_it_ok_to_take with_food before_bed avant_de_dormir "
        "can_i_drink puis_je_boire puis_je_prendre can_i_have is_there_a_way il_y_a_moyen "
        "forgot_my j_ai_oublie_mon missed_my_tablet retraite"
    ),
    "SWELL_UP": ("swell* swollen puff* gonfl* enfl* ballooning welts hives"),
    "ACUTE": (
        "now just today tonight help please think thinks having happening since ago minutes "
        "minute hour hours quick hurry started starting still again this_morning this_evening "
        "yesterday last_night maintenant vite aide aidez crois pense train vient depuis matin "
        "soir nuit hier heure heures encore urgent urgence ambulance i am_i is_this "
        "est_ce_que_c_est je_fais il_fait elle_fait fait_un fait_une fais_un fais_une face arm "
        "bras cannot not my mon ma help_me he_is she_is il_est elle_est la_on_est what_do_i "
        "que_faire quoi_faire fever fievre il elle en_train je_crois"
    ),
    "REASSURED": (
        "all_stopped stopped_now has_stopped c_est_arrete s_est_arrete arrete_tout_seul "
        "c_est_fini c_etait_fini fini_maintenant gone_now gone_by gone_the gone_after gone_with "
        "gone_again easing eased ca_part ca_passe c_est_passe passe_tout_seul disparait_des "
        "sorts_it sorted_it settles settled calmed_down playing joue jouait back_to_chasing "
        "chasing singing chante eating_well mange_bien mange_et drinking_well boit_bien "
        "bouge_bien kicking_like tete_bien dort_bien sleeping_well running_around court_partout "
        "normal_self as_normal her_usual_self his_usual_self normal_as all_clear checked_him "
        "checked_her checked_me checked_and doctor_said doctor_says docteur_a_dit medecin_a_dit "
        "sage_femme_dit midwife_says midwife_happy not_bothered classique nothing_dangerous "
        "rien_de_grave sans_gravite pas_grave not_serious no_big_deal every_month chaque_mois "
        "as_every same_as_every every_may every_year tous_les_mois always_been always_had "
        "for_years depuis_des_annees toujours_eu been_there_for when_i_lean slept_on_it "
        "sleep_on_them last_weekend last_month last_week_and avant_hier_et since_last_year "
        "years_on no_sick pas_de_vomissement no_fever pas_de_fievre sans_fievre no_concussion "
        "no_other_symptoms cried_straight cried_ten a_runny_nose runny_nose nez_qui_coule rhume "
        "petite_marque small_bruise petit_bleu un_bisou petite_toux petits_boutons i_reckon "
        "just_dry feeling_well je_vais_bien ca_va_mieux going_away getting_better "
        "feel_better_now better_today mieux_aujourd bearable supportable mild leger legere "
        "legerement slight slightly un_peu_mal sore_throat mal_de_gorge pancakes choir "
        "going_to_my happy_grandmother cured gueri guerie en_remission usually_fine not_worried "
        "pas_inquiet juste_curieux toothpaste easing_off easing_already degonfle flat_again "
        "trop_mange too_much_biryani too_much_pepper ballonne rote burpy hoquet hiccups "
        "totally_fine fine_since fine_after stopped_when last_week never_blacked nearly_gone "
        "presque_parti usual_ones bouge_beaucoup 199* 200* 201* 202* worked marche_bien "
        "going_well tout_va_bien all_good all_fine ca_ira ca_va_aller ca_saigne_plus "
        "ne_saigne_plus nettoye cleaned_it back_to_normal not_suicidal not_depressed "
        "like_a_new_person in_a_minute demenagement partiels creme_solaire creme_hydratante "
        "stairs_i descendant_les_marches cartons gratte_depuis ma_paupiere courbatures doms "
        "jogging"
    ),
}
"""Concept -> words."""
