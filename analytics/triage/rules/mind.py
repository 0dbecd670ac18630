"""Despair."""

from collections.abc import Mapping
from typing import Final

MIND: Final[Mapping[str, str]] = {
    "suicidal_thoughts": """
        swallowed|avale|avaler|pris|took something|trucs|truc|stuff|things|tas love|aime|sorry|
            pardon|adieu|goodbye ~30+ -EVERYDAY|CALM
        not|PAS|plus problem|burden|poids|bother|charge|fardeau longer|anymore|tomorrow|demain|soon|
            bientot ~12 -EVERYDAY|CALM
        debarrasse|debarrasses|rid de_moi|de_lui|d_elle|of_me|of_her|of_him ~4
        NOT|no|never|PAS|plus want|wanna|envie|veux|envi be_here|be_around|etre_la|exist|exister|
            be_alive|b_here ~9 -EVERYDAY|la_bas|at_8|rendez_vous
        googl*|searching|searched|looked_up|internet|cherche|cherchais|recherche|forums knots|noeud|
            noeuds|how_high|high_enough|noose|lethal|mortelle|painless|sans_douleur|hanging|
            pendaison|overdose|train|bridge|jump ~20+ -shoelace|sailing|fishing|ticket|horaire*
        voice|voices|voix bridge|pont|river|roof|toit|window|fenetre|knife|couteau|train|rails ~20+
            -film|radio|sing*|chante
        look*|watch*|stare*|staring|regarde|fixe|fixais poutre|beam|rope|corde|rails|tracks|vide|
            ledge|pills|boites|comprimes i|je|j|me ~20+ -EVERYDAY|ceiling_paint|travaux|renovation|
            paint
        drive|drove|driving|roule|conduire|swerve|lacher off_the_road|wall|tree|lorry|mur|arbre|
            platane|decor|volant|barrier i|je|j accident|money|argent|fast|vite|easy|simple|end|
            fini|over ~40+ -insurance_claim|garage|mechanic
        everyone|everybody|they|tout_le_monde|ils|famille|family|kids better|easier|tranquille|
            tranquilles|mieux|relieved|soulage*|happier|lighter ABSENCE|sans_moi|without_me|if_i|
            si_je|pas_ne ~25+ -EVERYDAY
        everyone|everybody|nobody|no_one|personne clock|notice|remarqu*|miss|care if_i|si_je|
            was_not|were_not|gone|absent|here ~12 -EVERYDAY
        go_to_sleep|sleep|dormir|m_endormir no_more|that_is_it|not_wake|for_good|pour_de_bon|
            pour_toujours|forever|jamais|s_arrete|que_ca_s_arrete mornings|days|want|veux|voudrais|
            envie|just|tout ~16 -insomnia|tracker|score
        pills|cachets|tablets|comprimes|medicaments ready|prets|counted|comptes|devant_moi|
            in_front_of_me|alignes|lined_up i|je|j|am|me ~25+ -travel|holiday|week|reminder|refill|
            ordonnance|prescription|pharmacy|pharmacie
        cannot|not|PAS see|imagine|vois|voit|picture me|myself|moi|m next_month|next_year|future|
            tomorrow|demain|avenir|mois_prochain|thirty|in_it ~14 -EVERYDAY
        took|pris|has|taken gun|rifle|carabine|fusil|rope|corde|pills not_come|not_back|pas_rentre|
            not_home|introuvable|missing|testament|the_will|parti|gone ~40+
        mourir|die|dead|crever|not_wake|kill_you|tue pendu|pendue|hanging|hanged|noye|drowning|
            noyade|pendaison|asphyxi*|electrocut* ~6 -ABOUT|film|novel
        GOODBYE|vous_aime_tous|love_you_all|adieu occupe*|look_after|take_care|prenez_soin|soin_de|
            tonight|ce_soir|fini|long_one|sleep|pardon|sorry ~30+ -EVERYDAY
        gun|fusil|pistol|rope|corde|pills|comprimes|boites|tablets|lame|razor bed|lit|lined_up|
            devant_moi|in_front_of_me|on_the_table|sur_la_table|pres_du vite|quick|think|dis|fini|
            place|tonight|ce_soir|again|last ~40+ -vet|hunting_season|cleaning|rangement|order|
            refill
        station|platform|quai|gare|tracks|bridge|pont|rails trains|train|stood|debout|river|eau|
            water think|thinking|pense|dis next|prochain|let|laisser|jump|go_by|sauter|nobody|
            anyone|personne ~60+ -holiday|photo
        already|deja|last_time|derniere_fois|year|an|ans tried|essaye|tentative|attempt|
            pumped_my_stomach|lavage again|recommencer|same_place|back|tonight|cette_nuit|refaire
            ~40+ -diet|smoking|fumer|cigar*|gym|app|password
        voiture|car|camion|bus|truck fonce|hits|hit|run_over|ecrase tant_mieux|not_care|so_be_it|
            good|expres|on_purpose|m_en_fiche|soulage* ~25+
        call|appelle|send|envoie someone|quelquun|police|somebody find_me|me_trouver|find_my_body|
            mon_corps|come_in ~25+
        which|quel|quels|how_many|combien PILLS|tablets|medicaments not_wake|die|mourir|
            sleep_forever|
            reveille*|dormir_pour_toujours ~20+
        prepare*|ready|pret*|lined_up PILLS|rope|corde letter|letters|lettre|lettres|note ~14
        dites_moi|give_me|tell_me|donne*|dis_moi raison|reason|one_reason rester|stay|live|vivre ~9
        world|monde|everybody|everyone better|mieux|comot|go_away ~12 -app|news|world_cup
        wanted|voulais|so_that|because it_over|que_ca_finisse|that_it_ends|finish ~5 -meeting|shift|
            exam|semaine|week
        pas_pour_les_rats|not_for_the_rats|pas_pour_la_peche|not_for_the_dog
        thinking|thought|think|pense|songe|envisage|imagine stepping|stepped|walking|driving|
            sauter|jumping|lacher|foncer platform|train|edge|traffic|lorry|bridge|quai|rails|metro|
            window|cliff|road|voie|fenetre|pont ~16
        two_of_us|both_of_us|tous_les_deux|baby|bebe|kids|enfants sleep_under|under_the_lake|
            together_forever|never_has_to_suffer|ne_souffrira_plus|with_me_when_i_go ~30+
        bought|achete|got|commande|ordered rat_poison|raticide|mort_aux_rats|produit_pour_les_rats|
            pesticide|gramoxone|sniper|rope|corde HOPELESS|BURDEN|not_for|pas_pour|alone|seul ~60+
        swallowed|took|avale|pris PILLS|it wanted_it_to_stop|to_stop|que_ca_s_arrete|plus_sentir|
            not_feel_anything|ne_plus_rien_sentir ~30+
        SUICIDE -ABOUT|CALM|REASSURED|history_of|in_my_family|prevention
        KILL_ONESELF
        HARM_ONESELF
        CANNOT_GO_ON
        KILL > SELF ~3
        WANT > HURT > SELF ~7
        HARM > LIMB ~4
        END > LIFE ~3 -happy|thirty_years|form
        WANT > DIE ~4
        WANT > NO_WAKE ~9 -story|spell|alarm
        NOT > WANT > LIVE ~6
        PAS > FORCE > LIVE ~6
        WANT > PAS > LIVE ~5
        NOT|NO > POINT > LIVE|LIFE ~6
        LIFE > NOT > WORTH ~5
        LIFE_FR > WORTH > PAS ~3
        JUMP HIGH_PLACE WANT ~9
        PILLS > DIE ~7
        DIE > PILLS ~4
        END_ONLY > EVERYTHING ~2
        STOCKPILE PILLS ~6
        GOODBYE FOREVER ~9
        MEANS PREPARE ~5
        BURDEN EVERYBODY ~9
        SPEAK_OF > OF_DYING ~3
        PLANNING_END
        NO_POINT
        saving|saved|collecting|hoarding|garde|garder|stash*|mis_de_cote|accumul* pills|tablets|
            PILLS|patches|morphine|medicaments|enough ~10
        bridge|pont|roof|toit|ledge|tracks|rails|cliff|balcony|balcon|falaise|edge|bord standing|
            stood|on_the|sur_le|sitting|jump|quick|jump*|saute*|lean|debout|over|vide i|je|j|am|
            suis|he|she|my ~10 -holiday|view|photo|walk|workers|novel|roman|film|builder|vacances|
            repair|fell|tombe*
        gave|giving|given|donne|confie away|cat|dog|chien|chat|things|affaires|belongings GOODBYE|
            letter|lettre|papers|papiers|sorted|solicitor|will|note|adieu|au_revoir ~50+
        look_after|prends_soin|take_care occupe_toi|sorry_for_everything|adieu|goodbye|sorry|dog|
            frere|kids|enfants|phone|mother|maman phone_is_off|answer|repond|goodbye|adieu|forever|
            everything|off|sorry|pardon ~40+
        SELF_TALK END_WORDS ~12
        WANT|planning|keep|going|vais|veux drive|crash|throw|jump|walk|rouler|jeter|foncer wall|
            tree|traffic|lorry|train|bridge|mur|arbre|camion|voie|window|fenetre|pont|metro|bus ~14
        how_many|combien PILLS|tablets|cachets|pills|insulin|insuline|paracetamol die|dead|mourir|
            kill|not_wake*|tuer|lethal|fatal|mortelle|reveiller|dormir_pour|enough_to ~30+
        bought|achete|got|have|loaded|charge|hidden|ai|j_ai|in_the_room|under_the_bed|prepare*|tied
            rope|corde|gun|fusil|poison|rat_poison|pesticide|sniper|rasoir|blades|noose|pistolet
            tired|life|vie|finish|burden|me|enough|ready|tonight|ce_soir|myself|plus_utile|
            assurance|fatigue|cannot|end|every_night ~40+
        burden|fardeau|better_without|better_off|mieux_sans|un_poids me|i|je|moi|j|everyone|son|
            family|kids|enfants ~12
        voices|voix telling|tell|disent|dit|say|ordonnent kill|hurt|jump|die|end|mourir|tuer|
            sauter|finir ~12
        life|vie|living|vivre useless|no_use|no_more_useful|tired|fatigue*|has_tired|sens|point|
            pointless|rien|finished|over|marre|lasse|plus_rien|inutile me|i|je|j|my|ma|me|for_me
            ~10
        scared|afraid|peur of|de myself|moi_meme|what_i_might|what_i_will|ce_que_je|moi_mem ~6
        nobody|no_one|personne notice|miss|care|manquer*|regrett*|verrait|remarqu* gone|die|dead|
            if_i|disappear*|disparai*|would|wake|mort ~14
        LETTING_GO LAST_TIME ~60+ -ABOUT|EVERYDAY
        GOODBYE POISON|MEANS|MEANS_NEAR ~40+
        MEANS_NEAR looking_at|staring|staring_at|regardant|regarde|compte|counted|counting|shelf|
            fast_one|waiting_for calm|tonight|ce_soir|noon|envie|me|i|je|j ~20+ -vet|cat|dog_ate|
            refill|weekly
        place among|parmi|avec|with living|vivants|morts|dead|eux|them ~8
        coup_de_volant
        everyone|everybody|nobody|no_one|tout_le_monde|they|wife|husband|kids better|relieved|free|
            carry|lighter|mieux|soulage*|sleep_better|easier without|sans|if_i|after|gone|tonight|
            have_to|has_to ~12
        suffirait|would_be_so_quick|so_easy|si_facile|one_step|un_pas saut|saute*|volant|quick|
            jump|vide|over|train|pont ~14
        not|PAS|plus|nothing|rien look_forward|sens|envie|reason|raison live|vivre|life|vie|lever|
            up ~8
        laissez_moi_partir|let_me_go|do_not_save_me
        write|wrote|written|ecrit|ecris letter|letters|lettre|lettres|note kids|enfants|wife|
            mother|everyone|chacun|family sorry|tonight|ce_soir|goodbye|rope|pills|fini|apres ~50+
        not|PAS intend|plan|going|see|make_it|voir|passer|verrai|be_here|arriver monday|tuesday|
            tomorrow|weekend|christmas|morning|next_week|lundi|demain|noel|matin|anniversaire|
            birthday -appointment|rdv|doctor|clinic|deadline ~9
        fall|chute would_be|serait enough|high|assez|haut|suffirait ~8
        decision|choix est_prise|is_made|made|prise calm*|pars|bon|tonight|ce_soir|peace|fini ~25+
        pars|leaving|partir|going pour_de_bon|for_good|forever|pour_toujours ce_soir|tonight|calme|
            calm|decision|adieu ~20+
        tell|dis|dites mother|mere|kids|enfants|family|wife|sister|soeur|femme love|aime|sorry|
            pardon|pardonne ~9
        au_pont|on_the_bridge|at_the_bridge|sur_le_pont|by_the_tracks|on_the_roof|sur_le_toit|
            up_here|bord_du_toit|at_the_edge|au_bord_du je_suis|i_am|i|here|la|alone|standing|j_y
            ~8 -holiday|photo|selfie|view
        cut|coupe|coupee|taillade|slash* deeper|again|too_deep|profond|last_time|derniere_fois|
            wrist*|poignets|veines me|i|j|je|she|he|arms|bras ~14 -knife|kitchen|onion|finger
        stopped|arrete|refuse eating|manger|drinking|boire|insulin|insuline|dialysis|tablets
            on_purpose|expres|follow|rejoindre|join|let_go|die ~20+
        join|follow|rejoindre|rejoins|be_with|retrouver her|him|wife|husband|mari|femme|mother|
            maman|late|fils|la_haut tonight|ce_soir|purpose|soon|bientot|tired|done|ready|pills
            ~25+ -party|restaurant|gym|video
        garage|car|voiture engine|moteur|exhaust|hose|tuyau painless|on|sleep|done|dormir ~20+
            -mechanic|warning|light
        painless|sans_douleur|indolore way|die|mourir|sleep|tablets|how|pills|dormir ~12 -tooth|
            dentist|dentiste|injection|wax
        virage|volant|mur|arbre|tree|wall|lorry|camion|steering_wheel|oncoming tourner|lacher|
            foncer|think|pense|pensees|swerve|drive|accelerate not|suffirait|let_go|into|dans|fois
            ~25+
        letters|letter|lettres|lettre written|wrote|ecrites|ecrit|sorted cat|dog|kids|guess|after|
            chat|chien|everything|enfants|nobody ~40+ -doctor|insurance|school|bank
        intend|intention to_see|de_voir|reach|atteindre|passer monday|lundi|tomorrow|demain|
            weekend|christmas|noel|spring|birthday ~8
        not|PAS intend|intention|plan see|voir|reach monday|tuesday|tomorrow|weekend|christmas|
            lundi|demain|noel ~8
        easier|mieux|better|tranquille|free|plus_facile tomorrow|without_me|sans_moi|after_tonight|
            demain|from_tomorrow|once_i everyone|everybody|they|thanks|sorted|family|tout_le_monde|
            them ~25+
        insurance|assurance pay|paye|toucher* kids|enfants|wife|family|if_it_was_me|suicide
            way_out|me_who|did_it|myself|accident|anyway ~40+
        way_out|issue|solution|sortie no|not|other|PAS|aucune|plus|another see|vois|find|trouve ~8
        chosen|picked|choisi|set|fixe day|date|jour|time|heure|place|moment|endroit tomorrow|calm|
            demain|calme|sad|triste|tonight|plan|friday ~25+
        not|do_not|dont|PAS|no_more be|etre|wnat|want|veux alive|alvie|la|here|en_vie|exister ~6
            -late|early|on_time|meeting
        worry|inquieter|worries|souci|charge|bother PAS|plus|not|no|anymore moi|me|demain|tomorrow|
            again ~14 -do_not_worry|no_worries|not_to_worry|worry_about_the
        rejoindre|join|be_with|retrouver|follow ciel|heaven|papi|papy|mamie|grandma|dead|late|
            there|wife|mort|morte|ancestors ~9
        PILLS|comprimes|medicaments|blades|lames|rope|corde|knife caches|hidden|hiding|
            sous_son_oreiller|under_her_pillow|under_his_pillow|under_my_pillow|drawer|tiroir
            fille|daughter|son|fils|ecrit|wrote|sister|room|friend ~40+
        tout_pris|took_everything|took_it_all|swallowed_the_lot|took_the_lot|all_gone empty|vide|
            whole|attends|waiting|scared|pills|wife|femme|peur ~25+
        same|comme|like_my father|pere|brother|frere|uncle|understand|him shop|understand|did|rope|
            pesticide|debt|loan ~30+ -gym
        LETTING_GO|laisse_un_mot|range|paye plus|PAS|not|never burden|poids|inquieter|worry|
            trouble|personne ~40+
        2 of HOPELESS SECRECY DECIDED ABSENCE METHOD LETTING_GO LAST_TIME END_WORDS|END_SOFT
            BURDEN GOODBYE
            -REASSURED|homework|novel|film|roman|EVERYDAY
        LETTING_GO LETTING_GO LETTING_GO ~60+ -EVERYDAY|CALM
        3 of HOPELESS SECRECY DECIDED ABSENCE METHOD LETTING_GO LAST_TIME END_WORDS|END_SOFT
            BURDEN GOODBYE
    """,
}
"""Code of the flag -> its rules, one a line."""
