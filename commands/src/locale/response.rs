//! What each verb that is about incidents and alerts does, and the others, in each language; with the fixed word behind it, where one follows.
//!
//! Words of the trade that people there say in English stay English. The English texts are the verbs' own.

use super::Translated;

pub(super) const VERBS: &[(&str, Translated)] = &[
    (
        "incident",
        Translated {
            de: "Einen Incident ausrufen, weiterführen, ergänzen, lesen",
            fr: "Déclarer un incident, le faire avancer, le compléter, le lire",
            es: "Declarar un incidente, hacerlo avanzar, anotarlo, leerlo",
            pt: "Declarar um incidente, avançá-lo, anotar nele, lê-lo",
            ja: "インシデントの宣言、状態の変更、記録、参照を行います",
        },
    ),
    (
        "incident declare",
        Translated {
            de: "Eröffnet einen Incident, als sev3, wenn nichts anderes gesagt ist",
            fr: "Ouvre un incident, sev3 sauf indication contraire",
            es: "Abre un incidente, sev3 si no se indica otra cosa",
            pt: "Abre um incidente, sev3 se nada mais for dito",
            ja: "インシデントを開きます（指定がなければ sev3）",
        },
    ),
    (
        "incident open",
        Translated {
            de: "Eröffnet einen Incident aus einer Alert-Gruppe",
            fr: "Ouvre un incident à partir d'un groupe d'alertes",
            es: "Abre un incidente a partir de un grupo de alertas",
            pt: "Abre um incidente a partir de um grupo de alertas",
            ja: "アラートグループからインシデントを開きます",
        },
    ),
    (
        "incident status",
        Translated {
            de: "Bringt den Incident in einen anderen Status",
            fr: "Fait passer l'incident à un autre statut",
            es: "Pasa el incidente a otro estado",
            pt: "Passa o incidente para outro status",
            ja: "インシデントの状態を変更します",
        },
    ),
    (
        "incident note",
        Translated {
            de: "Schreibt eine Notiz in die Timeline",
            fr: "Écrit une note dans la chronologie",
            es: "Escribe una nota en la cronología",
            pt: "Escreve uma nota na linha do tempo",
            ja: "タイムラインにメモを書き込みます",
        },
    ),
    (
        "incident role",
        Translated {
            de: "Legt fest, wer commander, scribe, comms oder ops ist",
            fr: "Indique qui est commander, scribe, comms ou ops",
            es: "Indica quién es commander, scribe, comms u ops",
            pt: "Define quem é commander, scribe, comms ou ops",
            ja: "commander、scribe、comms、ops の担当者を決めます",
        },
    ),
    (
        "incident severity",
        Translated {
            de: "Sagt, wie schlimm es jetzt ist",
            fr: "Indique la gravité actuelle",
            es: "Indica la gravedad actual",
            pt: "Define a gravidade atual",
            ja: "現在の深刻度を設定します",
        },
    ),
    (
        "incident affects",
        Translated {
            de: "Sagt, was betroffen ist; bei sev1 und sev2 wird dort nichts Neues deployt",
            fr: "Indique ce qui est touché ; en sev1 ou sev2, rien de nouveau n'y est déployé",
            es: "Indica qué está afectado; con sev1 o sev2 no se despliega nada nuevo allí",
            pt: "Define o que é afetado; com sev1 ou sev2, nada de novo é implantado ali",
            ja: "影響を受けるものを指定します。sev1 と sev2 の間、そこに新しいデプロイはできません",
        },
    ),
    (
        "incident list",
        Translated {
            de: "Listet die offenen Incidents",
            fr: "Liste les incidents ouverts",
            es: "Lista los incidentes abiertos",
            pt: "Lista os incidentes abertos",
            ja: "オープン中のインシデントを一覧表示します",
        },
    ),
    (
        "incident timeline",
        Translated {
            de: "Zeigt der Reihe nach, was geschehen ist",
            fr: "Montre ce qui s'est passé, dans l'ordre",
            es: "Muestra lo ocurrido, en orden",
            pt: "Mostra o que aconteceu, em ordem",
            ja: "何が起きたかを時系列で表示します",
        },
    ),
    (
        "incident resolve",
        Translated {
            de: "Sagt, dass die Auswirkungen vorbei sind",
            fr: "Indique que l'impact est terminé",
            es: "Indica que el impacto ha terminado",
            pt: "Indica que o impacto terminou",
            ja: "影響が終わったことを記録します",
        },
    ),
    (
        "incident close",
        Translated {
            de: "Sagt, dass die Arbeit daran beendet ist",
            fr: "Indique que le travail est terminé",
            es: "Indica que el trabajo ha terminado",
            pt: "Indica que o trabalho terminou",
            ja: "対応が完了したことを記録します",
        },
    ),
    (
        "ack",
        Translated {
            de: "Sagt, dass du dich kümmerst, wie 👀",
            fr: "Indique que vous vous en occupez, comme 👀",
            es: "Indica que lo estás mirando, igual que 👀",
            pt: "Diz que você está olhando, assim como 👀",
            ja: "対応中であることを知らせます（👀 と同じ）",
        },
    ),
    (
        "silence",
        Translated {
            de: "Stellt einen Alert für eine Weile stumm, wie 🔕",
            fr: "Met une alerte en sourdine un moment, comme 🔕",
            es: "Silencia una alerta durante un rato, igual que 🔕",
            pt: "Silencia um alerta por um tempo, assim como 🔕",
            ja: "アラートをしばらくミュートします（🔕 と同じ）",
        },
    ),
    (
        "unsilence",
        Translated {
            de: "Hebt die Stummschaltung eines Alerts auf",
            fr: "Réactive une alerte mise en sourdine",
            es: "Reactiva una alerta silenciada",
            pt: "Reativa um alerta silenciado",
            ja: "アラートのミュートを解除します",
        },
    ),
    (
        "postmortem",
        Translated {
            de: "Schreibt auf, was geschehen ist",
            fr: "Rédige ce qui s'est passé",
            es: "Redacta lo que ha pasado",
            pt: "Redige o que aconteceu",
            ja: "何が起きたかを文書にまとめます",
        },
    ),
    (
        "remind",
        Translated {
            de: "Erinnert hier später an etwas",
            fr: "Rappelle quelque chose ici plus tard",
            es: "Recuerda algo aquí más tarde",
            pt: "Lembra algo aqui mais tarde",
            ja: "あとでここにリマインダーを送ります",
        },
    ),
    (
        "dead-letters",
        Translated {
            de: "Zeigt, was nicht verarbeitet oder gesendet werden konnte, und versucht es erneut",
            fr: "Montre ce qui n'a pu être traité ou envoyé, et réessaie",
            es: "Muestra lo que no se pudo procesar o enviar, y lo reintenta",
            pt: "Mostra o que não pôde ser processado ou enviado, e tenta de novo",
            ja: "処理または送信できなかったものを表示し、再試行します",
        },
    ),
    (
        "audit",
        Translated {
            de: "Prüft, dass nichts Aufgezeichnetes geändert oder entfernt wurde",
            fr: "Vérifie que rien de ce qui a été enregistré n'a été modifié ou supprimé",
            es: "Comprueba que nada de lo registrado se haya cambiado ni eliminado",
            pt: "Verifica que nada do que foi registrado foi alterado ou removido",
            ja: "記録されたものが変更も削除もされていないことを確認します",
        },
    ),
    (
        "audit verify",
        Translated {
            de: "Prüft das Siegel jedes Ereignisses; bei vielen sagt die Antwort, wie weit sie ist",
            fr: "Vérifie le sceau de chaque événement ; s'ils sont nombreux, la réponse dit où elle en est",
            es: "Comprueba el sello de cada evento; si son muchos, la respuesta dice por dónde va",
            pt: "Verifica o selo de cada evento; se forem muitos, a resposta diz até onde chegou",
            ja: "すべてのイベントの封印を確認します。多い場合は、返答に進み具合を表示します",
        },
    ),
    (
        "help",
        Translated {
            de: "Zeigt, was getippt werden kann",
            fr: "Montre ce qu'on peut taper",
            es: "Muestra qué se puede escribir",
            pt: "Mostra o que pode ser digitado",
            ja: "入力できるコマンドを表示します",
        },
    ),
    (
        "link",
        Translated {
            de: "Verknüpft ein Konto auf einer anderen Plattform mit dir",
            fr: "Associe à vous un compte sur une autre plateforme",
            es: "Vincula a ti una cuenta de otra plataforma",
            pt: "Vincula a você uma conta de outra plataforma",
            ja: "別のプラットフォームのアカウントを自分に紐づけます",
        },
    ),
    (
        "unlink",
        Translated {
            de: "Löst verknüpfte Konten wieder",
            fr: "Dissocie des comptes associés",
            es: "Desvincula cuentas vinculadas",
            pt: "Desvincula contas vinculadas",
            ja: "紐づけたアカウントを解除します",
        },
    ),
];
