"""What people call things, in English and French: the vocabulary that the rules are made of.

A concept is a list of words; `word*` is any word that begins so, `two_words` stand next to each
other. Accents are left out, as folding takes them away.
"""

from collections.abc import Mapping
from typing import Final

CONCEPTS: Final[Mapping[str, str]] = {
    # who, what, how
    "SELF": "myself himself herself themselves themself yourself",
    "HE": (
        "he she baby mother father dad husband wife son daughter friend il elle bebe mere pere "
        "mari femme fils fille ami papa maman grandmother grandfather grandma grandpa him her "
        "man woman patient child kid aunt uncle brother sister grandad granny nan cousin niece "
        "nephew neighbour neighbor oncle tante voisin voisine neveu soeur frere collegue "
        "colleague"
    ),
    "CHILD": (
        "child children toddler baby kid kids son daughter boy girl enfant enfants fils fille "
        "bebe petit petite nephew niece grandson granddaughter year_old month_old cousin"
    ),
    "NO": "no",
    "NOT": (
        "not cannot unable never hardly barely scarcely nothing refus* without impossible "
        "incapable failing fails"
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
        "this_morning"
    ),
    "SEVERE": (
        "sever* unbear* excruciat* agoni* worst terribl* horribl* extreme* intense* massive* "
        "worse worsen* awful* unendur* badly violent* atroc* insupport* intoler* affreu* "
        "terrible* enorm* extremement grave* gravement so_bad so_much very_bad bad really_bad "
        "tres_fort tres_mal fort forte forts fortes pire pires agony hell abominabl* fou dingue "
        "incroyabl*"
    ),
    "VERY": (
        "sever* very so extreme* terribl* horribl* really sudden* badly bad worse* worsen* "
        "totally completely tellement tres extremement enorm* incredibl* awful* massive* "
        "beaucoup trop tout rest resting sitting lying more_and_more de_plus_en_plus au_repos "
        "assis allonge*"
    ),
    "ONE": "one left right half other un gauche droit droite moitie demi* single",
    # pain and places
    "PAIN": (
        "pain pains painful hurt* ache* aching achin tight* pressure press* crush* squeez* "
        "heavy heaviness burning burns stab* weight elephant vice vise killing clutch* grip* "
        "grabb* constrict* discomfort cramp* sharp mal douleur* douloureu* serre* serrement "
        "serrer opress* oppress* pression brul* poids etau ecras* lourd* pinc* poignard* "
        "comprim* gene hurst band sore agony stitch tient holding tenant knife fist clench* "
        "tearing ripping dechir* couteau compress* coince* etrein* throb*"
    ),
    "ACHE": (
        "pain pains painful hurt* ache* aching mal douleur* douloureu* cramp* agony hurst crampe*"
    ),
    "CHEST": (
        "chest breastbone breast_bone sternum thorax thorac* poitrine ribcage rib_cage torse "
        "my_heart his_heart her_heart"
    ),
    "JAW": "jaw machoire",
    "ARM": "arm arms bras shoulder epaule",
    "SWEAT": "sweat* clammy transpir* sueur* moite*",
    "HEART_ATTACK": (
        "heart_attack* heartattack heart_atack* cardiac_arrest crise_cardiaque "
        "crises_cardiaques infarctus attaque_cardiaque arret_cardiaque"
    ),
    "HEAD": "head tete skull crane forehead front temple tempe nape",
    "FACE": "face mouth smile visage bouche figure sourire eyelid cheek paupiere joue",
    "BARE_FACE": "face visage figure",
    "LIMB": "arm arms leg legs hand hands bras jambe* main foot pied",
    "SIDE": "side half cote moitie",
    "BELLY": "stomach stomache tummy belly abdom* ventre estomac bide gut guts",
    "EYE": "eye eyes yeux oeil",
    "LIPS": "lip lips levre* finger* doigt* face visage ongle* nails tongue",
    "THROAT": "throat tongue lip lips gorge langue levre* airway glotte",
    "NECK": "neck nuque cou",
    "BODYALL": (
        "all_over whole_body body arms_and_legs arm_and_leg partout everywhere tout_le_corps "
        "limbs membres uncontroll*"
    ),
    # stroke
    "STROKE": (
        "stroke strokes mini_stroke avc tia accident_vasculaire attaque_cerebrale "
        "congestion_cerebrale brain_bleed brain_attack"
    ),
    "DROOP": (
        "droop* drop* sag* sagg* crooked lopsided lop_sided uneven twisted twist* paraly* numb* "
        "tomb* tordu* travers affaiss* deform* pend* engourdi* devie* asymetr* asymmetr* slack "
        "slid slides hanging hangs fallen paralis*"
    ),
    "NUMB": (
        "numb* paraly* paralis* limp engourdi* insensible* dead_arm tingl* fourmill* lifeless "
        "hanging hangs pend*"
    ),
    "WEAK": (
        "weak* clumsy floppy faible* faiblesse mou molle pend* useless heavy lourd* gave_way "
        "giving_way lache* dropp*"
    ),
    "LIFT": (
        "lift* rais* move* moving mov* hold* lever leve soulever bouger bouge tenir sentir "
        "carry serrer grip plier"
    ),
    "FEEL": "sens sent sentir bouge bouger leve lever tient sentait obeit repond",
    "TALK": "talk* speak* spoke* speech word words parl* mots parole* sentence* phrase* voice",
    "SLUR": (
        "slur* garbl* bafouill* bredouill* jumbl* baragouin* mumbl* gibberish charabia "
        "mixing_up_his mixing_up_her mixing_up_words mixes_up_words mixing_his mixing_her "
        "wrong_words trouve_plus_ses_mots trouve_plus_mes_mots cherche_ses_mots "
        "cherche_mes_mots find_words find_my_words find_the_words find_her_words find_his_words "
        "words_out words_mixed"
    ),
    "NONSENSE": (
        "nonsense funny gibberish weird* strange* bizarre* n_importe_quoi travers incoher* "
        "wrong confus* slow jumbl* unclear drunk mal difficile difficult* rubbish"
    ),
    "PROPERLY": (
        "properly clearly well normally right correctement normalement bien clairement rite "
        "suddenly anymore any_more"
    ),
    "SPEAK": "talk* speak* parler parle parles parlent word words mots",
    "CONFUSED": (
        "confus* disorient* desorient* delir* rambl* incoher* nonsense n_importe_quoi "
        "not_know_where think_straight think_clearly reflechir same_thing same_question "
        "ou_il_est ou_elle_est where_he_is where_she_is egare* unresponsive mixed_up muddled "
        "hallucinat* talking_rubbish makes_no_sense making_no_sense perdu_ses_esprits "
        "not_make_sense divag*"
    ),
    "VISION": "vision sight vue eyesight",
    "LOST": "lost loss losing lose perdu* perte perd perds blind gone went",
    "SEE": "see vois voit voir",
    "WALK": "walk* stand* balance marcher marche tenir_debout equilibre debout",
    # despair
    "SUICIDE": "suicid* suissid* kms unalive tentative_de_suicide kill_me_self",
    "KILL": "kill* hang* shoot* drown* strangle* tuer tue stab* poison* jump* throw* end",
    "KILL_ONESELF": (
        "me_tuer se_tuer me_suicid* se_suicid* me_pendre se_pendre m_en_aller_pour_toujours "
        "me_foutre_en_l_air se_foutre_en_l_air fous_en_l_air me_flinguer se_flinguer "
        "m_ouvrir_les_veines s_ouvrir_les_veines me_couper_les_veines me_noyer se_noyer "
        "me_supprimer se_supprimer me_jeter_sous me_jeter_du m_immoler s_immoler "
        "me_foutre_en_air take_my_life take_his_life take_her_life taking_my_life "
        "take_my_own_life taking_my_own_life took_his_own_life slit_my_wrists cut_my_wrists "
        "ending_it_all end_it_all to_end_it ending_it end_it_tonight going_to_end_it "
        "it_all_to_end fin_a_mes_jour* fin_a_ses_jour* fin_a_ma_vie fin_a_sa_vie "
        "fin_de_mes_jour* m_oter_la_vie me_donner_la_mort passer_a_l_acte en_finir_avec_la_vie "
        "en_finir_avec_ma_vie d_en_finir veux_en_finir vais_en_finir better_off_dead "
        "better_off_without_me mieux_sans_moi world_without_me plus_de_raison_de_vivre kill_me "
        "jump_in_front jump_off lettre_d_adieu goodbye_letter farewell_letter suicide_note "
        "goodbye_note lettres_d_adieu if_i_was_gone if_i_were_gone better_without_me "
        "rid_of_myself sleep_forever dormir_pour_toujours marre_de_vivre fatigue_de_vivre "
        "fatiguee_de_vivre tired_of_living tired_of_life fed_up_with_living no_will_to_live "
        "marre_de_la_vie quitter_ce_monde leave_this_world end_of_me me_laisser_mourir "
        "nobody_would_miss_me no_one_would_miss_me personne_ne_me_regrett* manquerai_a_personne"
    ),
    "HURT": "hurt* harm* injur*",
    "HARM": "self_harm* harming cutting scarif* mutil* automutil* burning_myself",
    "HARM_ONESELF": (
        "me_scarif* se_scarif* me_mutil* se_mutil* me_faire_du_mal se_faire_du_mal automutil* "
        "self_harm* selfharm* cutting_myself cuts_herself cuts_himself cutting_herself "
        "cutting_himself me_coupe_les_bras se_coupe_les_bras se_coupe_les_veines hurting_myself "
        "harm_myself harming_myself"
    ),
    "END": "end* finish*",
    "LIFE": "life lives",
    "DIE": (
        "die dead dying mourir mort morte mortes crever disparaitre disappear* not_exist death "
        "creve decede* mourrir"
    ),
    "LIVE": (
        "live living alive vivre be_here exist* wake_up carry_on carrying_on continue_living "
        "continuer_a_vivre etre_la etre_en_vie"
    ),
    "POINT": "point reason worth sense worthless meaning use",
    "FORCE": "envie force courage raison gout veux veut interet",
    "WORTH": "worth vaut valait sens peine",
    "CANNOT_GO_ON": (
        "cannot_go_on not_go_on cannot_carry_on cannot_do_this_any* cannot_take_it_any* "
        "not_want_to_be_here not_want_to_wake_up never_wake_up not_wake_up_tomorrow "
        "plus_jamais_me_reveiller plus_me_reveiller ne_jamais_me_reveiller "
        "plus_jamais_reveiller not_wake_up_again plus_envie_de_rien_sauf_mourir"
    ),
    "HIGH_PLACE": (
        "bridge* roof* train* window* pont balcony balcon toit fenetre cliff* falaise* "
        "building* metro rails"
    ),
    "JUMP": "jump* sauter saute jeter jette throw*",
    # breath
    "BREATHE": "breathe breathes breathing respire respirer respires respir inhale",
    "A_BREATH": "breath breaths",
    "BREATHING": "breathing respiration respire respirer",
    "HARD": (
        "hard harder difficult* tough laboured labored heavy strange weird fast rapid* rapide* "
        "vite noisy trouble shallow fort mal bizarre* lourde saccade*"
    ),
    "STRUGGLE": (
        "struggl* fight* gasp* hard harder hardly barely difficult* trouble mal peine pain "
        "lutte* cherche manque manqu* bataill* starving"
    ),
    "AIR": "air breath souffle oxygen oxygene",
    "GET": (
        "get* catch* enough reprendre trouver avoir assez recuperer take taking draw inhale "
        "find trouve"
    ),
    "BREATHLESS": (
        "breathless* short_of_breath shortness_of_breath out_of_breath essouffl* dyspn* panting "
        "winded puffed a_bout_de_souffle short_breath short_in_breath air_hunger "
        "fighting_for_air asthma_attack"
    ),
    "CHOKE": "chok* suffoc* suffoq* etouff* asphyx* strangl*",
    "BLUE": "blue bluish grey gray bleu* cyanos* purple violet* violac* grisatre*",
    "ASTHMA": "asthma asthme asthmat*",
    "ATTACK": "attack* crise crises",
    "INHALER": "inhaler* puffer pump ventolin* inhalateur* nebul* salbutamol bronchodilat*",
    "HELP": "help* work* aide* fait marche* effect effet rien nothing",
    "WHEEZE": "wheez* siffl*",
    "RIBS": "ribs rib cotes nostril* narines belly",
    "SUCK": "suck* creus* tirage flar* pulling retract*",
    # allergy
    "ANAPHYLAXIS": "anaphyla* anafila* choc_allergique allergic_shock choc_anaphyla*",
    "SWELL": "swell* swollen puff* gonfl* enfl* thick* clos* tight* serre* ferme* balloon* double",
    "ALLERGY": (
        "allerg* alerg* hives urticair* plaques boutons stung sting* wasp* bee bees hornet* "
        "peanut* nut nuts cashew* almond* shrimp* prawn* shellfish seafood crevette* cacahuet* "
        "noix noisette* amande* guepe* abeille* frelon* pique* piqure* antibiot* penicill* "
        "injection* vaccin* moules arachide* fish poisson* sesame egg eggs oeuf* milk itch* "
        "welts soja soy kiwi tahini antiinflam* anesthesi* medicine* medicament*"
    ),
    "REACTION": "reaction* shock choc",
    "FAINTY": (
        "faint* dizzy lightheaded malaise vertige* wheez* siffl* partir collaps* swallow avaler"
    ),
    "SWALLOW": "swallow* avaler",
    # consciousness
    "UNCONSCIOUS": (
        "unconsc* unrespons* inconscien* coma comat* sans_connaissance knocked_out "
        "knocked_unconscious drown* noye noyee noyade lifeless"
    ),
    "FAINTED": (
        "collaps* fainted fainting faints passed_out passing_out passes_out pass_out "
        "blacked_out blacking_out black_out blackout lost_consc* lose_consc* loses_consc* "
        "losing_consc* loss_of_consc* evanoui* effondr* perdu_connaissance perd_connaissance "
        "perdre_connaissance perte_de_connaissance perdu_conscience tombe_dans_les_pommes "
        "syncop* keeled_over tourne_de_l_oeil flaked_out dropped_to_the_floor fell_to_the_floor "
        "perds_connaissance tourner_de_l_oeil gone_limp lost_conscious* lose_conscious* "
        "loses_conscious* losing_conscious* loss_of_conscious*"
    ),
    "WAKE": "wake* waking woke reveil* rouse* arouse come_round come_to",
    "RESPOND": "respond* answer* react* repond* reagi* reagit",
    "STOP": "stop* arret* cess* finish* slow*",
    "LIMP": "limp floppy mou molle amorphe inerte lifeless flasque",
    "BABY": (
        "baby babies bebe newborn infant nourrisson toddler enfant child son daughter fils "
        "fille nouveau_ne"
    ),
    "NO_PULSE": "no_pulse no_heartbeat pas_de_pouls plus_de_pouls sans_pouls no_signs_of_life",
    # blood
    "BLEED": (
        "bleed* bled saign* hemorr* haemorr* blood sang saingn* nosebleed* haemorrhag* hemorrhag*"
    ),
    "BLOOD": "blood sang bloody sanglant*",
    "LOTS": (
        "heavi* heavy heavily lot lots beaucoup enorm* enormement everywhere partout gush* "
        "spurt* spray* pour* profus* massive* sever* uncontroll* soak* abond* fill* rempl* much "
        "amount* squirt* pumping litre* gicle* jet pool flood* badly constant*"
    ),
    "THROW_UP": (
        "vomi* throw* threw cough* spit* spat crach* touss* toux puk* regurgit* rendu "
        "bringing_up vommi*"
    ),
    "BLACK": "black noir noire noires tar tarry goudron",
    "STOOL": "stool* selle* poop poo caca feces faeces motion*",
    "CLOT": "clot clots caillot*",
    "STABBED": (
        "stabbed gunshot gun_shot been_shot was_shot got_shot shot_in poignarde* "
        "coup_de_couteau coups_de_couteau balle_dans blesse_par_balle amputat* amput* severed "
        "cut_off_his cut_off_my"
    ),
    "CUT": "cut cuts coupe* coupure* entaille* gash wound plaie slash*",
    "DEEP": "deep* profond* to_the_bone jusqu_a_l_os",
    # poison
    "OVERDOSE": "overdos* surdos* overdoes",
    "TOOK": (
        "took take taken taking swallow* ate eat eaten drank drunk avale* pris prend prendre bu "
        "boit gobe* mange* ingest* ingere* chew* inject* gave downed popped gulped gulp* had "
        "consum* prit absorb*"
    ),
    "TOO_MANY": (
        "too_many too_much way_too trop double triple twice ten_times dix_fois whole_pack* "
        "whole_bottle whole_box whole_strip toute_une_boite toute_la_boite boite_entiere entire "
        "handful poignee plaquette_entiere bottle_of box_of pack_of packet_of boite_de "
        "deux_fois five_times cinq_fois dozens loads_of a_lot_of fistful plein_de un_tas_de "
        "lots_of twenty thirty forty fifty vingt trente quarante cinquante whole_lot "
        "deux_boites two_packs full_bottle double_dose"
    ),
    "PILLS": (
        "pill* tablet* tabs capsule* paracetamol doliprane aspirin* ibuprofen* medicin* medic* "
        "medecine* cachet* comprime* somnifere* insulin* dose doses drug* meds antidepress* "
        "codeine morphine panadol tylenol gelule* painkill* xanax valium benzo* opioid* medocs "
        "lexomil amitriptylin* warfarin digoxin beta_block* vitamin* iron"
    ),
    "ALL_OF": "all toute tous toutes all_of whole entire",
    "POISON": (
        "bleach* bleech javel javelle pesticid* kerosen* kerosin* petrol gasoline essence "
        "petrole antifreeze detergent* cleaner cleaning_product* soude acid acide rat_poison "
        "poison* pile battery batteries weedkiller insectic* desherb* turpentine white_spirit "
        "paint_thinner mort_aux_rats lessive deboucheur drano lye caustic magnet* aimant* "
        "raticide chlorine toxic* mushroom* champignon* perfume sanitizer lamp_oil paint "
        "fertili* engrais vaisselle berries baies alcool_a_bruler dissolvant antigel herbicid* "
        "nicotine"
    ),
    "POISONED": (
        "poisoned poisoning empoisonn* intoxiqu* carbon_monoxide monoxyde_de_carbone monoxyde "
        "co_alarm co_detector gas_leak"
    ),
    "SNAKE": "snake* serpent* scorpion* viper* cobra* mamba",
    "BITTEN": "bit bite* bitten biten mordu* morsure* pique* stung sting*",
    # seizure
    "SEIZURE": (
        "seizur* siezur* seizing convuls* convulz* convult* epileptic_fit* epilepsie "
        "status_epilepticus crise_comitiale"
    ),
    "FIT": (
        "having_a_fit have_a_fit has_a_fit had_a_fit having_fits has_fits a_fit_and in_a_fit "
        "is_fitting keeps_fitting started_fitting having_another_fit"
    ),
    "JERK": "jerk* twitch* secou* spasm* convuls* thrash*",
    "SHAKE": (
        "shak* jerk* twitch* trembl* tremor* secou* stiff* raid* rigid* spasm* twisting rigid_and"
    ),
    "ROLLED": "roll* revuls* turned_up upward* tourn*",
    "FOAM": "foam* froth* ecume* mousse bave",
    # head and neck
    "HEADACHE": (
        "headache* migrain* mal_de_tete maux_de_tete mal_a_la_tete cephale* head_pain headpain "
        "head_hurts mal_au_crane tete_fait_mal"
    ),
    "WORST": (
        "worst thunderclap explod* explos* pire tonnerre never_had unbear* insupport* sudden* "
        "soudain* brutal* brusque* subit* out_of_nowhere d_un_coup like_being_hit hammer "
        "tout_a_coup coup_de_marteau splitting_open within_a_minute within_seconds"
    ),
    "STIFF": "stiff* raid* rigid* bend* plier plie flechir flex* pencher baisser chin",
    "FEVER": (
        "fever* feaver temperature* fievre* febrile degree* degres hot burning_up brulant* 40c "
        "39c hyperthermi*"
    ),
    "LIGHT": "light lumiere photophob*",
    "RASH": "rash* spot spots tache* bouton* purpur* blotch* petechi* bruis* plaque* eruption*",
    "NOT_FADE": "fade* fading glass verre effac* blanch* disappear_when disparaissent",
    "PURPLE": "purple violet* violac* dark purpur* petechi* bruise_like red_spots taches_rouges",
    # belly
    "RIGID": "hard_as rigid* dur_comme board bois dur",
    "DOUBLED": (
        "doubled plie_en_deux pliee_en_deux curled cannot_stand cannot_walk not_stand "
        "cannot_move stand_straight stand_up screaming hurle* hurler tordre roule_par_terre "
        "tenir_debout moving_makes"
    ),
    # pregnancy
    "PREGNANT": (
        "pregnan* enceint* ensceint* gestation grossesse trimest* weeks_gone mois_de_grossesse "
        "expecting in_week fetus foetus in_labour in_labor en_travail"
    ),
    "WATERS": (
        "waters_broke water_broke waters_broken water_broken waters_have_broken perdu_les_eaux "
        "perte_des_eaux perdu_mes_eaux poche_des_eaux perds_les_eaux waters_have_gone "
        "waters_went"
    ),
    "WEEKS": "week weeks semaine semaines months mois month sa",
    "CORD": "cord cordon",
    "COMING_OUT": "out sort sorti coming prolaps* visible depass*",
    "BLURRED": (
        "flash* blurr* blurry mouches flou* trouble stars etoiles spots_before brouill* double "
        "points_lumineux swollen swelling gonfl* enfl*"
    ),
    "MOVE": "mov* kick* bouge* felt feel sens sent moov*",
    # sugar
    "HYPO": "hypo hypos hypoglyc* hypoglic* low_sugar low_blood_sugar sucre_bas",
    "SUGAR": "sugar* suger glucose glyc* glic* sucre dextro* glucomet*",
    "LOW": "low lower* bas basse drop* chut* crash*",
    "HYPO_SIGN": (
        "confus* shak* trembl* sweat* sueur* faint* nonsense n_importe_quoi drows* unconsc* "
        "inconscien* think_straight reflechir malaise slur* aggressi* agress* pass* seizur* "
        "convuls* wobbly disorient* desorient* transpir* flou somnol* unrespons* think_clearly "
        "dizzy"
    ),
    "INSULIN": "insulin*",
    "NO_FOOD": "without_eat* not_eat* not_ate sans_manger pas_mange skipped no_food without_food",
    # injury
    "HIT": (
        "hit hits hitting bang* bump* fell fall* fallen knock* blow cogn* chute* tomb* choc "
        "coup smash* struck crack* heurt* tape kicked landed slam* injury injuries trauma* "
        "traumatisme accident bash* whack* thump* dropped recu bonk* hurt concuss* commotion"
    ),
    "KNOCKED_OUT": "knocked_out knocked_unconscious mis_ko",
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
        "vertige* endort dort endormi* dizzy fuzzy forget* oublie*"
    ),
    "PUPIL": "pupil pupils pupille*",
    "UNEQUAL": "bigger larger different* unequal dilat* grosse grande inegal* plus_grosse size*",
    "BURN": "burn burns burned burnt burnd brul* scald* ebouillant*",
    "BOILING": (
        "boiling boiled bouillant* scalding hot_oil huile_chaude hot_water flames flammes "
        "en_feu on_fire caught_fire fire feu explosion hot_tea hot_coffee hot_soup hot_milk "
        "the_chaud the_brulant cafe_brulant soupe_brulante eau_chaude steam"
    ),
    "SPILL": (
        "spill* pour* pull* splash* renvers* slip* tipped over himself herself recu tombe* all_over"
    ),
    "SKIN_OFF": (
        "skin_coming skin_comes skin_peel* peel* blister* cloque* decoll* skin_off charred "
        "carbonis* skin_is_coming peau_part peau_s_en_va coming_off comes_off white_skin "
        "is_white"
    ),
    "BIG": (
        "large big huge sever* deep* grave* gros grosse grande* etendu* profond* third_degree "
        "second_degree troisieme_degre deuxieme_degre electri* whole serious* half"
    ),
    "BURNT_PART": "face visage hands genitals eyes mains airway figure",
    "ACID": (
        "acid acide bleach javel chemical* chimique* soude chaux lime cement ciment ammonia "
        "caustic lye ammoniac* product produit"
    ),
    "ELECTRO": (
        "electrocut* electric_shock struck_by_lightning decharge_electrique choc_electrique "
        "foudroye*"
    ),
    # sepsis
    "RIGOR": (
        "rigor* shaking_chill* violently violent* shaking_all uncontroll* claquent "
        "claque_des_dents frissons frisson* shivr* shiver* chills grelott*"
    ),
    "INFECTED": (
        "infect* pus wound plaie smell* suinte* cicatrice operat* operee* surgery pneumoni* "
        "kidney sepsis abscess abces urine urinary urinaire catheter rein"
    ),
    "RED": "red rouge rouges",
    "STREAK": "streak* line lines trait* trainee* ligne* strees streeks",
    "CHEMO": "chemo* chimio* immunosuppress* neutropen* transplant* greffe* rituximab",
    "NEWBORN": (
        "newborn* nouveau_ne* week_old weeks_old month_old days_old nourrisson semaines_de_vie "
        "de_3_semaines d_un_mois de_deux_mois de_six_semaines"
    ),
    "NOT_FEED": "feed* tete drink* nurs* boire suck* biberon",
    "MOTTLED": (
        "mottl* marbr* clammy bluish cold_hands no_urine urine_all uriner urine* peed pee "
        "froide_et not_peed"
    ),
    "SEPSIS": "sepsis septic septicemi* septicaemi* blood_poisoning choc_septique",
    "MENINGITIS": "meningit* meningococ*",
    "DROWSY": "drows* somnol* lethargi* lethargique floppy limp mou molle not_wake hard_to_wake",
    "HEMORRHAGE": "hemorrhag* haemorrhag* hemorragie hemorragies",
    "BLINDED": "blind blinded aveugle",
    "YOUNG": "year_old month_old toddler baby bebe",
}
"""Concept -> words."""
