"""Fixed texts that stand in for an answer."""

from collections.abc import Mapping
from typing import Final

from analytics.triage.language import Language

PHRASES: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "withheld": "I held my answer back: it had something that I could not trace to your data, "
        "or that only a doctor may say. Please ask in another way, look at your measurements "
        "themselves, or ask your care team.",
        "blocked": "I cannot answer that. If it is about your health and cannot wait, call your "
        "doctor or the emergency number.",
        "fallback": "The language model cannot be reached now. This is what I can say from your "
        "data by fixed rules.",
        "refused": "The language model does not take our requests now, and those who run this "
        "system have been told. This is what I can say from your data by fixed rules.",
        "proposed": "I can book {provider} on {when} for you, {how}. Shall I? Answer yes or no; "
        "nothing is booked before you say yes.",
        "video": "by video call",
        "in_person": "in person",
        "booked": "It is booked. You find it with your appointments, and get a confirmation.",
        "declined": "All right, nothing is booked.",
        "gone": "That time is no longer free, so nothing is booked. Shall I look for another?",
        "expired": "That proposal is too old, so nothing is booked. Shall I look again?",
        "analysis": "Health analysis",
        "symptoms": "Symptoms: {symptoms}. Since: {duration}.",
        "again": "Is there a free appointment?",
    },
    "fr": {
        "withheld": "J'ai retenu ma réponse : elle contenait quelque chose que je n'ai pas pu "
        "relier à vos données, ou que seul un médecin peut dire. Posez la question autrement, "
        "regardez vos mesures elles-mêmes, ou demandez à votre équipe soignante.",
        "blocked": "Je ne peux pas répondre à cela. Si cela concerne votre santé et ne peut pas "
        "attendre, appelez votre médecin ou les urgences.",
        "fallback": "Le modèle de langage n'est pas joignable. Voici ce que je peux dire de vos "
        "données par des règles fixes.",
        "refused": "Le modèle de langage refuse nos demandes ; ceux qui gèrent ce système en sont "
        "avertis. Voici ce que je peux dire de vos données par des règles fixes.",
        "proposed": "Je peux réserver {provider} le {when} pour vous, {how}. Voulez-vous ? "
        "Répondez oui ou non ; rien n'est réservé avant votre oui.",
        "video": "par appel vidéo",
        "in_person": "sur place",
        "booked": "C'est réservé. Vous le trouvez dans vos rendez-vous, avec une confirmation.",
        "declined": "Très bien, rien n'est réservé.",
        "gone": "Cette place n'est plus libre, rien n'est réservé. Dois-je en chercher une autre ?",
        "expired": "Cette proposition est trop ancienne, rien n'est réservé. Dois-je chercher ?",
        "analysis": "Analyse de santé",
        "symptoms": "Symptômes : {symptoms}. Depuis : {duration}.",
        "again": "Y a-t-il une place libre ?",
    },
}
