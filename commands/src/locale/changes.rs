//! What each verb that is about changes does, in each language; with the fixed word behind it, where one follows.
//!
//! Words of the trade that people there say in English stay English. The English texts are the verbs' own.

use super::Translated;

pub(super) const VERBS: &[(&str, Translated)] = &[
    (
        "deploy",
        Translated {
            de: "Bringt ein Image in eine Umgebung",
            fr: "Déploie une image dans un environnement",
            es: "Despliega una imagen en un entorno",
            pt: "Implanta uma imagem em um ambiente",
            ja: "イメージを環境にデプロイします",
        },
    ),
    (
        "rollback",
        Translated {
            de: "Geht auf eine gespeicherte Revision zurück",
            fr: "Revient à une révision enregistrée",
            es: "Vuelve a una revisión guardada",
            pt: "Volta para uma revisão salva",
            ja: "保存されたリビジョンに戻します",
        },
    ),
    (
        "pause",
        Translated {
            de: "Hält einen Rollout an, wo er gerade steht",
            fr: "Suspend un déploiement là où il en est",
            es: "Pausa un despliegue en el punto en que está",
            pt: "Pausa uma implantação no ponto em que está",
            ja: "ロールアウトを現在の状態で一時停止します",
        },
    ),
    (
        "resume",
        Translated {
            de: "Lässt einen angehaltenen Rollout weiterlaufen",
            fr: "Reprend un déploiement suspendu",
            es: "Reanuda un despliegue en pausa",
            pt: "Retoma uma implantação pausada",
            ja: "一時停止したロールアウトを再開します",
        },
    ),
    (
        "restart",
        Translated {
            de: "Startet alle Pods mit demselben Image neu",
            fr: "Redémarre tous les pods avec la même image",
            es: "Reinicia todos los pods con la misma imagen",
            pt: "Reinicia todos os pods com a mesma imagem",
            ja: "同じイメージですべての Pod を再起動します",
        },
    ),
    (
        "status",
        Translated {
            de: "Zeigt, was läuft und ob der Rollout fertig ist",
            fr: "Montre ce qui tourne et si le déploiement est terminé",
            es: "Muestra qué se ejecuta y si el despliegue ha terminado",
            pt: "Mostra o que está em execução e se a implantação terminou",
            ja: "何が動いているか、ロールアウトが完了したかを表示します",
        },
    ),
    (
        "history",
        Translated {
            de: "Listet die Revisionen, auf die ein Rollback zurückgehen kann",
            fr: "Liste les révisions auxquelles un rollback peut revenir",
            es: "Lista las revisiones a las que se puede volver con rollback",
            pt: "Lista as revisões para as quais um rollback pode voltar",
            ja: "ロールバックで戻れるリビジョンを一覧表示します",
        },
    ),
    (
        "diagnose",
        Translated {
            de: "Sagt, warum etwas nicht läuft und was als Nächstes zu tippen ist",
            fr: "Explique pourquoi ça échoue et quoi taper ensuite",
            es: "Explica por qué falla y qué escribir a continuación",
            pt: "Explica por que falha e o que digitar em seguida",
            ja: "失敗の原因と、次に入力すべきコマンドを示します",
        },
    ),
    (
        "approve",
        Translated {
            de: "Stimmt einem Plan zu, wie ✅",
            fr: "Approuve un plan, comme ✅",
            es: "Aprueba un plan, igual que ✅",
            pt: "Aprova um plano, assim como ✅",
            ja: "プランを承認します（✅ と同じ）",
        },
    ),
    (
        "deny",
        Translated {
            de: "Lehnt einen Plan ab, wie ❌",
            fr: "Refuse un plan, comme ❌",
            es: "Rechaza un plan, igual que ❌",
            pt: "Recusa um plano, assim como ❌",
            ja: "プランを却下します（❌ と同じ）",
        },
    ),
    (
        "cancel",
        Translated {
            de: "Bricht eine Operation ab, die wartet oder läuft",
            fr: "Annule une opération en attente ou en cours",
            es: "Cancela una operación en espera o en curso",
            pt: "Cancela uma operação em espera ou em andamento",
            ja: "待機中または実行中のオペレーションを中止します",
        },
    ),
    (
        "lock",
        Translated {
            de: "Lässt auf einem Service oder in einer Umgebung nichts Neues beginnen",
            fr: "Empêche tout nouveau changement sur un service ou dans un environnement",
            es: "Impide nuevos cambios en un servicio o en un entorno",
            pt: "Impede novas mudanças em um serviço ou em um ambiente",
            ja: "サービスまたは環境で、新しい変更を始められないようにします",
        },
    ),
    (
        "unlock",
        Translated {
            de: "Hebt eine Sperre auf, egal wer sie gesetzt hat",
            fr: "Lève un verrou, quel qu'en soit l'auteur",
            es: "Quita un bloqueo, sea quien sea quien lo puso",
            pt: "Remove um bloqueio, não importa quem o criou",
            ja: "誰が設定したロックでも解除します",
        },
    ),
    (
        "locks",
        Translated {
            de: "Zeigt, was gesperrt, eingefroren oder außerhalb seines Änderungsfensters ist",
            fr: "Montre ce qui est verrouillé, gelé ou hors de sa fenêtre de changement",
            es: "Muestra qué está bloqueado, congelado o fuera de su ventana de cambios",
            pt: "Mostra o que está bloqueado, congelado ou fora da janela de mudanças",
            ja: "ロック中、凍結中、または変更可能な時間帯の外にあるものを表示します",
        },
    ),
    (
        "break-glass",
        Translated {
            de: "Geht an jeder Sperre und Freigabe vorbei, vor aller Augen und mit Begründung",
            fr: "Passe outre verrous et approbations, au vu de tous et avec un motif",
            es: "Se salta bloqueos y aprobaciones, a la vista de todos y con un motivo",
            pt: "Ignora bloqueios e aprovações, à vista de todos e com um motivo",
            ja: "理由を添え、全員に知らせたうえで、ロックと承認をすべて飛ばします",
        },
    ),
    (
        "break-glass deploy",
        Translated {
            de: "Deployt sofort, an Sperren und Freigaben vorbei; alle erfahren es, jemand anderes prüft es nach",
            fr: "Déploie aussitôt, sans verrous ni approbations ; tous sont avertis, quelqu'un d'autre revoit",
            es: "Despliega al instante, sin bloqueos ni aprobaciones; se avisa a todos y otra persona lo revisa",
            pt: "Implanta na hora, sem bloqueios nem aprovações; todos são avisados e outra pessoa revisa",
            ja: "ロックと承認を飛ばして直ちにデプロイします。全員に通知され、別の人がレビューします",
        },
    ),
    (
        "break-glass rollback",
        Translated {
            de: "Geht sofort zurück, wie `rollback` es täte",
            fr: "Revient en arrière aussitôt, comme le ferait `rollback`",
            es: "Vuelve atrás al instante, como lo haría `rollback`",
            pt: "Volta na hora, como o `rollback` faria",
            ja: "`rollback` と同じことを直ちに行います",
        },
    ),
    (
        "break-glass restart",
        Translated {
            de: "Startet sofort neu",
            fr: "Redémarre aussitôt",
            es: "Reinicia al instante",
            pt: "Reinicia na hora",
            ja: "直ちに再起動します",
        },
    ),
    (
        "break-glass resume",
        Translated {
            de: "Lässt sofort weiterlaufen",
            fr: "Reprend aussitôt",
            es: "Reanuda al instante",
            pt: "Retoma na hora",
            ja: "直ちに再開します",
        },
    ),
    (
        "review",
        Translated {
            de: "Prüft nach, was per break-glass getan wurde",
            fr: "Revoit ce qui a été fait par break-glass",
            es: "Revisa lo que se hizo con break-glass",
            pt: "Revisa o que foi feito com break-glass",
            ja: "break-glass で行われたことをレビューします",
        },
    ),
];
