//! What is to be written into each slot, in each language.
//!
//! Ids, severities and environments are written as they are typed.

use super::Translated;
use crate::grammar::pattern::Slot;

pub(super) const SLOTS: &[(Slot, Translated)] = &[
    (
        Slot::Service,
        Translated {
            de: "Der Service",
            fr: "Le service",
            es: "El servicio",
            pt: "O serviço",
            ja: "サービス",
        },
    ),
    (
        Slot::Environment,
        Translated {
            de: "Wo: dev, staging, production …",
            fr: "Où : dev, staging, production…",
            es: "Dónde: dev, staging, production…",
            pt: "Onde: dev, staging, production…",
            ja: "環境：dev、staging、production など",
        },
    ),
    (
        Slot::Tag,
        Translated {
            de: "Der Tag des Images",
            fr: "Le tag de l'image",
            es: "El tag de la imagen",
            pt: "A tag da imagem",
            ja: "イメージのタグ",
        },
    ),
    (
        Slot::Revision,
        Translated {
            de: "Die Nummer einer gespeicherten Revision",
            fr: "Le numéro d'une révision enregistrée",
            es: "El número de una revisión guardada",
            pt: "O número de uma revisão salva",
            ja: "保存されたリビジョンの番号",
        },
    ),
    (
        Slot::Goal,
        Translated {
            de: "Eine gespeicherte Revision oder ein Image-Tag; ohne Angabe die vorige",
            fr: "Une révision enregistrée ou un tag d'image ; sans rien, la précédente",
            es: "Una revisión guardada o un tag de imagen; si falta, la anterior",
            pt: "Uma revisão salva ou uma tag de imagem; sem isso, a anterior",
            ja: "保存されたリビジョンまたはイメージのタグ（省略時は一つ前）",
        },
    ),
    (
        Slot::Incident,
        Translated {
            de: "INC-n; ohne Angabe der dieses Threads",
            fr: "INC-n ; sans rien, celui de ce fil",
            es: "INC-n; si falta, el de este hilo",
            pt: "INC-n; sem isso, o deste tópico",
            ja: "INC-n（省略時はこのスレッドのもの）",
        },
    ),
    (Slot::Alert, Translated { de: "ALERT-n", fr: "ALERT-n", es: "ALERT-n", pt: "ALERT-n", ja: "ALERT-n" }),
    (Slot::Operation, Translated { de: "OP-n", fr: "OP-n", es: "OP-n", pt: "OP-n", ja: "OP-n" }),
    (
        Slot::DeadLetter,
        Translated {
            de: "IN-n oder OUT-n",
            fr: "IN-n ou OUT-n",
            es: "IN-n u OUT-n",
            pt: "IN-n ou OUT-n",
            ja: "IN-n または OUT-n",
        },
    ),
    (
        Slot::Severity,
        Translated {
            de: "Wie schlimm es ist: sev1 ist am schlimmsten",
            fr: "La gravité : sev1 est la pire",
            es: "La gravedad: sev1 es la peor",
            pt: "A gravidade: sev1 é a pior",
            ja: "深刻度（sev1 が最も深刻）",
        },
    ),
    (
        Slot::Status,
        Translated {
            de: "Wie es steht",
            fr: "Où en est l'incident",
            es: "En qué punto está",
            pt: "Em que ponto está",
            ja: "現在の状態",
        },
    ),
    (
        Slot::Role,
        Translated {
            de: "Was diese Person übernimmt",
            fr: "Ce dont la personne se charge",
            es: "De qué se encarga esa persona",
            pt: "O que essa pessoa assume",
            ja: "その人が担う役割",
        },
    ),
    (Slot::Person, Translated { de: "Wer", fr: "Qui", es: "Quién", pt: "Quem", ja: "担当者" }),
    (
        Slot::Verb,
        Translated {
            de: "Was erklärt werden soll",
            fr: "Ce qu'il faut expliquer",
            es: "Qué explicar",
            pt: "O que explicar",
            ja: "説明するコマンド",
        },
    ),
    (
        Slot::Lockable,
        Translated {
            de: "Ein Service oder eine Umgebung",
            fr: "Un service ou un environnement",
            es: "Un servicio o un entorno",
            pt: "Um serviço ou um ambiente",
            ja: "サービスまたは環境",
        },
    ),
    (
        Slot::Duration,
        Translated {
            de: "Wie lange: 30m, 2h, 3d",
            fr: "Combien de temps : 30m, 2h, 3d",
            es: "Cuánto tiempo: 30m, 2h, 3d",
            pt: "Por quanto tempo: 30m, 2h, 3d",
            ja: "期間：30m、2h、3d",
        },
    ),
    (
        Slot::Platform,
        Translated {
            de: "Welcher Chat",
            fr: "Quelle messagerie",
            es: "Qué chat",
            pt: "Qual chat",
            ja: "どのチャット",
        },
    ),
    (
        Slot::Account,
        Translated {
            de: "Ein Chat und deine ID dort, etwa slack T0123/U0456",
            fr: "Une messagerie et votre identifiant là-bas, comme slack T0123/U0456",
            es: "Un chat y tu id allí, como slack T0123/U0456",
            pt: "Um chat e seu id nele, como slack T0123/U0456",
            ja: "チャットと、そこでの ID（例：slack T0123/U0456）",
        },
    ),
    (
        Slot::Code,
        Translated {
            de: "Was du anderswo bekommen hast",
            fr: "Ce qui vous a été donné ailleurs",
            es: "Lo que te dieron en otro sitio",
            pt: "O que você recebeu em outro lugar",
            ja: "別の場所で受け取ったコード",
        },
    ),
    (
        Slot::Title,
        Translated {
            de: "In wenigen Worten, was los ist",
            fr: "En quelques mots, ce qui ne va pas",
            es: "En pocas palabras, qué pasa",
            pt: "Em poucas palavras, o que está errado",
            ja: "何が起きているかを短く",
        },
    ),
    (
        Slot::Text,
        Translated {
            de: "In deinen Worten",
            fr: "Avec vos mots",
            es: "Con tus palabras",
            pt: "Com suas palavras",
            ja: "自由に記入",
        },
    ),
    (Slot::Reason, Translated { de: "Warum", fr: "Pourquoi", es: "Por qué", pt: "Por quê", ja: "理由" }),
    (Slot::Because, Translated { de: "Warum", fr: "Pourquoi", es: "Por qué", pt: "Por quê", ja: "理由" }),
];
