"""Words of the local assistant, in English and French."""

from collections.abc import Mapping
from typing import Any, Final

from gateways.llm.dialogue import Language
from gateways.vocabulary import vocabulary

_PRESSURE: Final[Mapping[Language, str]] = {"en": "Blood pressure", "fr": "Tension artérielle"}
"""Both pressures together, which are no metric of their own."""
_SIGNS: Final = {"mm[Hg]": "mmHg", "{score}": "", "Cel": "°C", "[degF]": "°F"}
_UNITS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {**_SIGNS, "{steps}": "steps", "/min": "per minute"},
    "fr": {**_SIGNS, "{steps}": "pas", "/min": "par minute"},
}
WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "who": "I am Dr. Jeg's local assistant: a set of fixed rules on this system, no language "
        "model and no doctor. I read your own measurements, medications, alarms and appointments "
        "here, and nothing leaves this system.",
        "can": "You can ask me how a measurement is, how it has been going, which alarms there "
        "were, what you take, when your next appointment is, and for a free appointment. Tell me "
        "of symptoms, and I say what to look out for.",
        "hello": "Hello.",
        "thanks": "You are welcome.",
        "emergency": "In an emergency call {number}.",
        "no_diagnosis": "Whether you have an illness I cannot say: only a doctor can.",
        "advice_pressure": "What helps most people: less salt and alcohol, no smoking, daily "
        "movement, enough sleep, and medicines taken as prescribed. Ask your doctor what "
        "suits you.",
        "reading": "{name}: {value} {unit}, measured on {when}{judged}.",
        "inside": ", within the usual range of {low} to {high}",
        "above": ", above the usual range of {low} to {high}",
        "below": ", below the usual range of {low} to {high}",
        "scores": ", which gives points in the early-warning score (NEWS2)",
        "upper": ", the upper number",
        "lower": ", the lower number",
        "told": "{name}: {value} {unit}, as you wrote{judged}.",
        "told_unit": "You named no unit; I took it as {unit}.",
        "told_unreadable": "I cannot make a reading of that number ({name}). In which unit is it? "
        "Please write it again with its unit.",
        "no_readings": "There is no measurement of that yet.",
        "none_on": "There is no measurement of that {span}. The newest:",
        "nothing_on": "Nothing of yours was measured {span}. The newest:",
        "too_long": "That is a longer time than I can look at. Please name a shorter one.",
        "course_then": "{name} {span}: {mean} {unit} on average, from {lowest} to {highest}; "
        "readings: {count}.",
        "span_day": "on {first}",
        "span_days": "from {first} to {last}",
        "part_any": "",
        "part_morning": " in the morning",
        "part_afternoon": " in the afternoon",
        "part_evening": " in the evening",
        "part_night": " in the night",
        "no_any": "There are no measurements of yours yet.",
        "zone": "Times are those of {place}.",
        "urgent": "This is urgent: measure again at once, at rest. If it stays so, or you feel "
        "ill, call {number} at once.",
        "outside": "Measure again at rest. If it stays outside the usual range, tell your doctor.",
        "all_inside": "Go on measuring as you do.",
        "course": "{name} over {days} days: {mean} {unit} on average, from {lowest} to {highest}; "
        "{direction}.",
        "rising": "it has been rising",
        "falling": "it has been falling",
        "steady": "it has been steady",
        "unknown": "too few days to tell a direction",
        "no_course": "There is nothing measured of that in this time.",
        "show_course": "Show a longer time to your doctor at your next visit.",
        "alarms": "{count} alarms in {days} days:",
        "alarms_one": "One alarm in {days} days:",
        "alarm": "{title}, on {when}{value}.",
        "alarm_news2": "Early-warning score (NEWS2) raised",
        "alarm_deterioration": "Deterioration score raised",
        "cancel": "I cannot cancel or move an appointment. Open it on the page of your "
        "appointments and cancel it there, or call whom it is with.",
        "another": "I know only your own data: of anybody else's measurements, medicines or "
        "appointments I can say nothing. Please ask their doctor or care team.",
        "no_alarms": "There were no alarms in the last {days} days.",
        "alarm_advice": "Speak with your care team about alarms that come again.",
        "medications": "Your list has {count} medications:",
        "medications_one": "Your list has one medication:",
        "medication": "{name}: {dosage}{frequency}.",
        "no_medications": "There are no medications in your list.",
        "medication_advice": "About doses, or whether to change anything, ask your doctor or "
        "pharmacist. Do not change or stop a medicine by yourself.",
        "appointments": "Your next appointments:",
        "appointment": "{provider}, on {when}{place}.",
        "no_appointments": "You have no appointment ahead.",
        "slots": "Free times:",
        "slot": "{provider}, on {when}.",
        "no_slots": "I found no free time in the next days.",
        "none_then": "I found no free time then.",
        "no_provider": "I found nobody of that name who can be booked here.",
        "others": "The next free times:",
        "ask_which_week": "Do you mean this week or next week?",
        "ask_today_or_later": "Do you mean today, or in a week?",
        "ask_month_or_day": "I cannot tell the day from the month there. Please write the month "
        "as a word.",
        "ask_several": "Please name the one day or week that suits you, and I look there.",
        "ask_over": "That day is over. When would you like to come?",
        "q_today": "Is there a free appointment today?",
        "q_this_week": "Is there a free appointment on {day} this week?",
        "q_next_week": "Is there a free appointment on {day} next week?",
        "score": "Your early-warning score (NEWS2) is {certain} now. It is made of: {made_of}.",
        "score_between": "Your early-warning score (NEWS2) is {certain} now, and {most} at most, "
        "as not all of it was measured. It is made of: {made_of}.",
        "score_input": "{name} {value} {unit} ({when})",
        "no_score": "There is no early-warning score of yours now: nothing that it is made of was "
        "measured of late.",
        "symptoms": "Thank you for telling me. I cannot make a diagnosis, but I can say what to "
        "look out for with {symptoms}.",
        "symptoms_other": "Thank you for telling me. I cannot make a diagnosis, but I can say what "
        "to look out for.",
        "vitals_then": "Your newest measurements:",
        "see_doctor": "See a doctor soon if it gets worse, does not get better within days, keeps "
        "you from daily life, or worries you. Call the emergency number ({number}) at once for "
        "pain in the chest, trouble breathing, weakness on one side, or fainting.",
        "unclear": "I did not understand that well enough to answer from your data.",
        "background": "Your profile lists: {text}.",
        "rest": "Rest, drink enough, and write down when it began and what makes it better or "
        "worse.",
        "measure": "Measure your vital signs today, so that there is something to compare with.",
        "q_trend": "What was the course of my {name} this week?",
        "q_vitals": "How are my measurements?",
        "q_alarms": "Which alarms did I have?",
        "q_medications": "Which medications do I take?",
        "q_appointments": "When is my next appointment?",
        "q_slots": "Is there a free appointment?",
        "q_doctor": "When should I see a doctor?",
        "fever": "Take your temperature again in some hours, wear light clothes, and drink.",
        "headache": "Rest in a dark, quiet room. A headache that comes suddenly, is the worst "
        "ever, or comes with a stiff neck is an emergency: call {number}.",
        "cough": "Drink warm drinks and avoid smoke. Blood, high fever or trouble breathing should "
        "be seen at once.",
        "fatigue": "Sleep regularly, eat and drink enough. Being tired for weeks should be looked "
        "at by a doctor.",
        "dizziness": "Sit or lie down until it passes, and stand up slowly.",
        "palpitations": "Sit down and measure your heart rate. With pain in the chest or fainting "
        "call {number}.",
        "stomach": "Drink often in small sips. Blood, strong pain or no drinking possible should "
        "be seen at once.",
        "pain": "Note where it hurts and when. Strong pain that comes suddenly should be seen "
        "today.",
        "breath": "Sit upright and rest. Trouble breathing at rest is an emergency: call {number}.",
        "swelling": "Raise your legs when you sit, and weigh yourself every morning.",
        "sleep": "Keep the same times, and leave screens and coffee alone in the evening.",
        "mood": "Talk to somebody whom you trust. If it lasts, a doctor can help. If you think of "
        "ending your life, call {number} now, or tell me.",
    },
    "fr": {
        "who": "Je suis l'assistant local de Dr. Jeg : des règles fixes sur ce système, sans "
        "modèle de langage, et je ne suis pas médecin. Je lis ici vos propres mesures, "
        "médicaments, alarmes et rendez-vous, et rien ne quitte ce système.",
        "can": "Vous pouvez me demander comment est une mesure, comment elle évolue, quelles "
        "alarmes il y a eu, ce que vous prenez, quand est votre prochain rendez-vous, ou une "
        "place libre. Parlez-moi de symptômes, et je dis à quoi faire attention.",
        "hello": "Bonjour.",
        "thanks": "Je vous en prie.",
        "emergency": "En cas d'urgence, appelez le {number}.",
        "no_diagnosis": "Si vous avez une maladie, je ne peux pas le dire : seul un médecin "
        "le peut.",
        "advice_pressure": "Ce qui aide la plupart des gens : moins de sel et d'alcool, pas de "
        "tabac, bouger chaque jour, bien dormir, et des médicaments pris comme prescrit. "
        "Demandez à votre médecin ce qui vous convient.",
        "reading": "{name} : {value} {unit}, mesure du {when}{judged}.",
        "inside": ", dans l'intervalle habituel de {low} à {high}",
        "above": ", au-dessus de l'intervalle habituel de {low} à {high}",
        "below": ", au-dessous de l'intervalle habituel de {low} à {high}",
        "scores": ", ce qui compte dans le score d'alerte (NEWS2)",
        "upper": ", le chiffre du haut",
        "lower": ", le chiffre du bas",
        "told": "{name} : {value} {unit}, selon votre message{judged}.",
        "told_unit": "Vous n'avez pas dit l'unité ; je l'ai compris en {unit}.",
        "told_unreadable": "Je ne peux pas lire ce nombre comme une mesure ({name}). Dans quelle "
        "unité est-il ? Écrivez-le encore, avec son unité.",
        "no_readings": "Il n'y a pas encore de mesure de cela.",
        "none_on": "Il n'y a pas de mesure de cela {span}. La plus récente :",
        "nothing_on": "Rien n'a été mesuré chez vous {span}. Le plus récent :",
        "too_long": "C'est plus long que ce que je peux regarder. Dites-moi moins de jours.",
        "course_then": "{name} {span} : {mean} {unit} en moyenne, de {lowest} à {highest} ; "
        "mesures : {count}.",
        "span_day": "le {first}",
        "span_days": "du {first} au {last}",
        "part_any": "",
        "part_morning": " au matin",
        "part_afternoon": " après-midi",
        "part_evening": " au soir",
        "part_night": " dans la nuit",
        "no_any": "Il n'y a pas encore de mesures de vous.",
        "zone": "Heures de ce fuseau : {place}.",
        "urgent": "C'est urgent : mesurez encore tout de suite, au repos. Si cela reste ainsi, ou "
        "si vous vous sentez mal, appelez le {number} tout de suite.",
        "outside": "Mesurez encore au repos. Si cela reste hors de l'intervalle habituel, "
        "dites-le à votre médecin.",
        "all_inside": "Continuez à mesurer comme vous le faites.",
        "course": "{name} sur {days} jours : {mean} {unit} en moyenne, de {lowest} à {highest} ; "
        "{direction}.",
        "rising": "en hausse",
        "falling": "en baisse",
        "steady": "stable",
        "unknown": "trop peu de jours pour dire une tendance",
        "no_course": "Rien n'a été mesuré de cela pendant ce temps.",
        "show_course": "Montrez une plus longue durée à votre médecin à la prochaine visite.",
        "alarms": "{count} alarmes en {days} jours :",
        "alarms_one": "Une alarme en {days} jours :",
        "alarm": "{title}, le {when}{value}.",
        "alarm_news2": "Score d'alerte (NEWS2) élevé",
        "alarm_deterioration": "Score de dégradation élevé",
        "cancel": "Je ne peux ni annuler ni déplacer un rendez-vous. Ouvrez-le sur la page de vos "
        "rendez-vous et annulez-le là, ou appelez la personne avec qui il est pris.",
        "another": "Je ne connais que vos propres données : des mesures, médicaments ou "
        "rendez-vous d'une autre personne je ne peux rien dire. Demandez à son médecin.",
        "no_alarms": "Il n'y a pas eu d'alarme ces {days} jours.",
        "alarm_advice": "Parlez à votre équipe soignante des alarmes qui reviennent.",
        "medications": "Votre liste compte {count} médicaments :",
        "medications_one": "Votre liste compte un médicament :",
        "medication": "{name} : {dosage}{frequency}.",
        "no_medications": "Il n'y a pas de médicament dans votre liste.",
        "medication_advice": "Pour les doses, ou pour savoir s'il faut changer quelque chose, "
        "demandez à votre médecin ou pharmacien. Ne changez et n'arrêtez pas un médicament seul.",
        "appointments": "Vos prochains rendez-vous :",
        "appointment": "{provider}, le {when}{place}.",
        "no_appointments": "Vous n'avez pas de rendez-vous à venir.",
        "slots": "Places libres :",
        "slot": "{provider}, le {when}.",
        "no_slots": "Je n'ai pas trouvé de place libre ces prochains jours.",
        "none_then": "Je n'ai pas trouvé de place libre à ce moment.",
        "no_provider": "Je n'ai trouvé personne de ce nom chez qui réserver ici.",
        "others": "Les prochaines places libres :",
        "ask_which_week": "Voulez-vous dire cette semaine ou la semaine prochaine ?",
        "ask_today_or_later": "Voulez-vous dire aujourd'hui, ou dans une semaine ?",
        "ask_month_or_day": "Je ne distingue pas le jour du mois. Écrivez le mois en lettres.",
        "ask_several": "Dites-moi le jour ou la semaine qui vous convient, et je cherche.",
        "ask_over": "Ce jour est passé. Quand voulez-vous venir ?",
        "q_today": "Y a-t-il une place libre aujourd'hui ?",
        "q_this_week": "Y a-t-il une place libre {day} cette semaine ?",
        "q_next_week": "Y a-t-il une place libre {day} de la semaine prochaine ?",
        "score": "Votre score d'alerte (NEWS2) est de {certain} maintenant. Il vient de : "
        "{made_of}.",
        "score_between": "Votre score d'alerte (NEWS2) est de {certain} maintenant, et de {most} "
        "au plus, car tout n'a pas été mesuré. Il vient de : {made_of}.",
        "score_input": "{name} {value} {unit} ({when})",
        "no_score": "Il n'y a pas de score d'alerte de vous maintenant : rien de ce dont il vient "
        "n'a été mesuré récemment.",
        "symptoms": "Merci de me le dire. Je ne peux pas poser de diagnostic, mais je peux dire "
        "à quoi faire attention avec {symptoms}.",
        "symptoms_other": "Merci de me le dire. Je ne peux pas poser de diagnostic, mais je peux "
        "dire à quoi faire attention.",
        "vitals_then": "Vos dernières mesures :",
        "see_doctor": "Voyez bientôt un médecin si cela s'aggrave, ne s'améliore pas en quelques "
        "jours, gêne la vie quotidienne ou vous inquiète. Appelez tout de suite les urgences "
        "({number}) en cas de douleur dans la poitrine, de difficulté à respirer, de faiblesse "
        "d'un côté ou de malaise.",
        "unclear": "Je n'ai pas assez bien compris pour répondre à partir de vos données.",
        "background": "Votre profil mentionne : {text}.",
        "rest": "Reposez-vous, buvez assez, et notez le début et ce qui soulage ou aggrave.",
        "measure": "Mesurez vos constantes aujourd'hui, pour pouvoir comparer.",
        "q_trend": "Comment évolue : {name}, cette semaine ?",
        "q_vitals": "Comment sont mes mesures ?",
        "q_alarms": "Quelles alarmes ai-je eues ?",
        "q_medications": "Quels médicaments est-ce que je prends ?",
        "q_appointments": "Quand est mon prochain rendez-vous ?",
        "q_slots": "Y a-t-il une place libre ?",
        "q_doctor": "Quand voir un médecin ?",
        "fever": "Reprenez la température dans quelques heures, habillez-vous légèrement, buvez.",
        "headache": "Reposez-vous dans le noir et le calme. Un mal de tête soudain, le pire de "
        "tous, ou avec la nuque raide est une urgence : appelez le {number}.",
        "cough": "Buvez chaud et évitez la fumée. Du sang, une forte fièvre ou une gêne pour "
        "respirer doivent être vus tout de suite.",
        "fatigue": "Dormez à heures régulières, mangez et buvez assez. Une fatigue de plusieurs "
        "semaines doit être vue par un médecin.",
        "dizziness": "Asseyez-vous ou allongez-vous jusqu'à ce que cela passe, levez-vous "
        "lentement.",
        "palpitations": "Asseyez-vous et mesurez votre fréquence cardiaque. Avec une douleur dans "
        "la poitrine ou un malaise, appelez le {number}.",
        "stomach": "Buvez souvent, par petites gorgées. Du sang, une forte douleur ou "
        "l'impossibilité de boire doivent être vus tout de suite.",
        "pain": "Notez où et quand cela fait mal. Une forte douleur soudaine doit être vue "
        "aujourd'hui.",
        "breath": "Asseyez-vous bien droit et reposez-vous. Une gêne au repos est une urgence : "
        "appelez le {number}.",
        "swelling": "Surélevez les jambes assis, et pesez-vous chaque matin.",
        "sleep": "Gardez les mêmes heures, sans écran ni café le soir.",
        "mood": "Parlez à quelqu'un de confiance. Si cela dure, un médecin peut aider. Si vous "
        "pensez à en finir, appelez le {number} maintenant, ou dites-le-moi.",
    },
}
SYMPTOM_NAMES: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "fever": "a fever",
        "headache": "a headache",
        "cough": "a cough",
        "fatigue": "being tired",
        "dizziness": "dizziness",
        "palpitations": "a racing heart",
        "stomach": "stomach trouble",
        "pain": "pain",
        "breath": "being short of breath",
        "swelling": "swelling",
        "sleep": "bad sleep",
        "mood": "low mood",
    },
    "fr": {
        "fever": "de la fièvre",
        "headache": "un mal de tête",
        "cough": "une toux",
        "fatigue": "de la fatigue",
        "dizziness": "des vertiges",
        "palpitations": "des palpitations",
        "stomach": "des troubles digestifs",
        "pain": "une douleur",
        "breath": "un essoufflement",
        "swelling": "un gonflement",
        "sleep": "un mauvais sommeil",
        "mood": "un moral bas",
    },
}


def metric_name(code: str, language: Language) -> str:
    """Name of a metric for people; the code itself where there is none.

    >>> metric_name("blood_pressure_systolic", "fr"), metric_name("blood_pressure", "en")
    ('Pression systolique', 'Blood pressure')
    """
    if code == "blood_pressure":
        return _PRESSURE[language]
    return vocabulary(language).metric(code).replace("_", " ")


def unit_name(unit: str, language: Language) -> str:
    """A UCUM unit for people."""
    return _UNITS[language].get(unit, unit)


def number(value: float, language: Language) -> str:
    """A number as it is written.

    >>> number(37.5, "fr"), number(72.0, "en")
    ('37,5', '72')
    """
    text = f"{round(value, 1):g}" if abs(value) < 100_000 else f"{value:.0f}"  # noqa: PLR2004
    return text.replace(".", ",") if language == "fr" else text


def said(found: Any) -> str:  # noqa: ANN401 - a field of a tool's data
    """Text of a field that others wrote."""
    return str(found["untrusted_text"]) if isinstance(found, Mapping) else ""
