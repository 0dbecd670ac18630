"""Words of the advice: what is said first, and the steps of each kind, in English and French.

Sources: first aid guidelines of the European Resuscitation Council (2021); the WHO on preventing
suicide (LIVE LIFE, 2021) and on snake bites (2019). No medicine is named that was not prescribed,
and no dose; numbers are those of the country.
"""

from collections.abc import Mapping
from typing import Final

from analytics.triage.language import Language

LEAD: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "emergency": "What you describe can be an emergency. Call {number} now.",
        "urgent": "This should be looked at today. Call a doctor or clinic now; if it gets worse, "
        "call {number}.",
        "crisis": "I am glad that you said it. You do not have to be alone with this. "
        "Call {number} now{line}, or go to someone who can stay with you.",
    },
    "fr": {
        "emergency": "Ce que vous décrivez peut être une urgence. Appelez le {number} maintenant.",
        "urgent": "Il faut être examiné aujourd'hui. Appelez un médecin ou un centre de santé ; si "
        "cela s'aggrave, appelez le {number}.",
        "crisis": "Vous avez bien fait de le dire. Vous n'avez pas à rester seul avec cela. "
        "Appelez le {number} maintenant{line}, ou rejoignez quelqu'un qui peut rester avec vous.",
    },
}
LINE: Final[Mapping[Language, str]] = {
    "en": ", or {crisis}, which listens at any hour",
    "fr": ", ou le {crisis}, à l'écoute à toute heure",
}
NO_LINE: Final[Mapping[Language, str]] = {
    "en": ", or a crisis line near you, which you find at findahelpline.com",
    "fr": ", ou une ligne d'écoute près de chez vous, à trouver sur findahelpline.com",
}
"""For countries whose line is not known here."""
STEPS: Final[Mapping[Language, Mapping[str, tuple[str, ...]]]] = {
    "en": {
        "chest_pain": (
            "Stop what you are doing and sit down.",
            "Do not drive yourself.",
            "Unlock the door, and have somebody stay with you.",
        ),
        "stroke": (
            "Note the time at which it began.",
            "Lie down with the head a little raised.",
            "Do not eat, drink or take anything.",
        ),
        "breathing": (
            "Sit upright and lean forward a little.",
            "Loosen tight clothes.",
            "If a reliever inhaler was prescribed to you, use it as it was prescribed.",
            "If somebody chokes and cannot cough: strike firmly between the shoulder blades.",
        ),
        "anaphylaxis": (
            "If an adrenaline auto-injector was prescribed, use it now.",
            "Lie down with the legs raised; sit up if breathing is hard.",
            "Get away from what caused it.",
        ),
        "crisis": (
            "Move away from anything that you could hurt yourself with.",
            "Tell somebody near you how you feel, in these words.",
            "Stay on the line until help is there.",
            "If it is about somebody else: stay with them, listen, and call for them.",
        ),
        "bleeding": (
            "If there is a wound: press hard on it with a clean cloth, without letting go.",
            "Lie down. Eat and drink nothing.",
        ),
        "unconscious": (
            "Look whether they breathe. If not, start chest compressions.",
            "If they breathe, lay them on their side.",
        ),
        "poisoning": (
            "Do not make yourself vomit.",
            "Keep the packet, to show it to the helpers.",
            "After gas or smoke: get out into fresh air first.",
            "After a bite or sting: keep the limb still; do not cut, suck or tie it off.",
        ),
        "seizure": (
            "Keep the head from being hurt; do not hold the person down.",
            "Put nothing into the mouth. Afterwards lay them on their side.",
        ),
        "early_warning": (
            "Your newest measurements together are far outside what is usual.",
            "Do not wait to see whether it passes. Have somebody stay with you.",
        ),
        "low_glucose": (
            "If awake and able to swallow: take sugar, juice or a sweet drink at once.",
            "If not awake: give nothing by mouth, lay them on their side.",
        ),
        "pregnancy": (
            "Lie down on your left side.",
            "Have somebody stay with you, and take your maternity record along.",
            "If the cord can be seen: kneel with the chest low, and do not push it back.",
        ),
        "head_injury": (
            "Keep still, and do not move the neck.",
            "Somebody should stay and watch whether you become drowsy.",
            "Do not drive.",
        ),
        "burn": (
            "Cool the burn at once under cool running water, and go on until help is there.",
            "Take off rings and clothes near it, but nothing that sticks.",
            "Cover it with a clean cloth. No ice, butter or toothpaste.",
            "A chemical in the eye: rinse with plenty of water. Electricity: switch it off first.",
        ),
        "sepsis": (
            "Say that you fear blood poisoning (sepsis) when you call.",
            "Do not wait until tomorrow. Have somebody stay with you.",
        ),
        "choking": (
            "If they can cough: let them cough.",
            (
                "If not: five firm blows between the shoulder blades, then five thrusts above the "
                "navel (a baby: on the chest), in turn."
            ),
            "If they stop responding: start chest compressions.",
        ),
        "high_glucose": (
            "Drink water if you can keep it down.",
            "Do not leave out insulin that was prescribed; ask on the phone what to do.",
            "Say the glucose and ketones that you measured. Have somebody stay with you.",
        ),
        "infant_fever": (
            "A fever in the first three months must be seen by a doctor at once.",
            "Keep offering the breast or bottle; do not wrap the baby warmly.",
            "If the baby is limp, blue or breathes badly, say so first.",
        ),
        "vision_loss": (
            "Note the time at which it began.",
            "Do not rub or press the eye, and do not drive.",
        ),
        "torsion": (
            "This can be a twisted testicle, which must be treated within hours.",
            "Go to an emergency department now. Eat and drink nothing until you have been seen.",
        ),
        "several_signs": (
            "Do not drive yourself.",
            "Have somebody stay with you, and say all the signs on the phone.",
        ),
        "call_now": ("Do not drive yourself.", "Have somebody stay with you."),
        "seen_today": ("Eat nothing until you have been seen.", "Have somebody stay with you."),
    },
    "fr": {
        "chest_pain": (
            "Arrêtez toute activité et asseyez-vous.",
            "Ne conduisez pas.",
            "Ouvrez la porte et demandez à quelqu'un de rester avec vous.",
        ),
        "stroke": (
            "Notez l'heure du début.",
            "Allongez-vous, la tête un peu relevée.",
            "Ne mangez, ne buvez et ne prenez rien.",
        ),
        "breathing": (
            "Asseyez-vous, le buste un peu penché en avant.",
            "Desserrez vos vêtements.",
            "Si un inhalateur de secours vous est prescrit, utilisez-le comme prescrit.",
            "Si quelqu'un s'étouffe sans pouvoir tousser : tapez fort entre les omoplates.",
        ),
        "anaphylaxis": (
            "Si un stylo d'adrénaline vous est prescrit, utilisez-le maintenant.",
            "Allongez-vous, jambes relevées ; asseyez-vous si vous respirez mal.",
            "Éloignez-vous de ce qui a provoqué la réaction.",
        ),
        "crisis": (
            "Éloignez-vous de tout ce qui pourrait vous blesser.",
            "Dites à quelqu'un près de vous ce que vous ressentez, avec ces mots.",
            "Restez en ligne jusqu'à l'arrivée des secours.",
            "S'il s'agit d'un proche : restez près de lui, écoutez-le et appelez pour lui.",
        ),
        "bleeding": (
            "S'il y a une plaie : appuyez fort avec un linge propre, sans relâcher.",
            "Allongez-vous. Ne mangez et ne buvez rien.",
        ),
        "unconscious": (
            "Vérifiez si la personne respire. Sinon, commencez le massage cardiaque.",
            "Si elle respire, mettez-la sur le côté.",
        ),
        "poisoning": (
            "Ne vous faites pas vomir.",
            "Gardez l'emballage pour le montrer aux secours.",
            "Gaz ou fumée : sortez d'abord à l'air libre.",
            "Morsure ou piqûre : gardez le membre immobile ; ni incision, ni succion, ni garrot.",
        ),
        "seizure": (
            "Protégez la tête ; n'immobilisez pas la personne.",
            "Ne mettez rien dans la bouche. Ensuite, mettez-la sur le côté.",
        ),
        "early_warning": (
            "Vos dernières mesures, prises ensemble, s'écartent beaucoup de l'habituel.",
            "N'attendez pas que cela passe. Demandez à quelqu'un de rester avec vous.",
        ),
        "low_glucose": (
            "Si la personne est éveillée et peut avaler : sucre, jus ou boisson sucrée aussitôt.",
            "Sinon : ne rien donner par la bouche, la mettre sur le côté.",
        ),
        "pregnancy": (
            "Allongez-vous sur le côté gauche.",
            "Ne restez pas seule, et prenez votre carnet de maternité.",
            "Si le cordon est visible : à genoux, poitrine basse, sans le repousser.",
        ),
        "head_injury": (
            "Ne bougez pas, surtout pas la nuque.",
            "Quelqu'un doit rester et surveiller si vous devenez somnolent.",
            "Ne conduisez pas.",
        ),
        "burn": (
            "Refroidissez aussitôt sous l'eau courante fraîche, jusqu'à l'arrivée des secours.",
            "Retirez bagues et vêtements proches, sauf ce qui colle.",
            "Couvrez d'un linge propre. Ni glace, ni beurre, ni dentifrice.",
            "Produit dans l'œil : rincez abondamment. Électricité : coupez d'abord le courant.",
        ),
        "sepsis": (
            "Dites au téléphone que vous craignez une septicémie.",
            "N'attendez pas demain. Demandez à quelqu'un de rester avec vous.",
        ),
        "choking": (
            "Si la personne peut tousser : laissez-la tousser.",
            (
                "Sinon : cinq tapes fermes entre les omoplates, puis cinq compressions au-dessus "
                "du nombril (bébé : sur la poitrine), en alternance."
            ),
            "Si elle ne réagit plus : commencez le massage cardiaque.",
        ),
        "high_glucose": (
            "Buvez de l'eau si vous la gardez.",
            "N'arrêtez pas l'insuline prescrite ; demandez au téléphone que faire.",
            "Dites la glycémie et les cétones mesurées. Ne restez pas seul.",
        ),
        "infant_fever": (
            "Avant trois mois, toute fièvre doit être vue par un médecin sans attendre.",
            "Continuez à proposer le sein ou le biberon ; ne couvrez pas trop le bébé.",
            "S'il est mou, bleu ou respire mal, dites-le en premier.",
        ),
        "vision_loss": (
            "Notez l'heure du début.",
            "Ne frottez et n'appuyez pas sur l'œil, et ne conduisez pas.",
        ),
        "torsion": (
            "Cela peut être une torsion du testicule, à traiter en quelques heures.",
            "Allez aux urgences maintenant. Ne mangez et ne buvez rien avant l'examen.",
        ),
        "several_signs": (
            "Ne conduisez pas.",
            "Ne restez pas seul, et dites tous les signes au téléphone.",
        ),
        "call_now": ("Ne conduisez pas.", "Demandez à quelqu'un de rester avec vous."),
        "seen_today": ("Ne mangez rien avant l'examen.", "Ne restez pas seul."),
    },
}
