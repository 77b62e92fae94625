-- Rows as this version wrote them, taken from a whole story: a bad deploy, an alert, an incident, a rollback. They must still be
-- readable after every later migration.

insert into incident (id, version, state)
 values (1,
         3,
         '{"id": 1, "place": {"thread": null, "channel": "ops", "platform": "console"}, "roles": {"commander": "bob"}, "title": "HighErrorRate", "status": "resolved", "affected": [{"service": "search-api", "environment": null}], "began_at": "2026-11-23T08:15:17.972132025Z", "severity": "sev2", "declared_at": "2026-11-23T08:15:18.221911Z", "declared_by": {"person": "bob"}, "resolved_at": "2026-11-23T08:15:19.775520Z", "mitigated_at": "2026-11-23T08:15:19.775520Z", "acknowledged_at": "2026-11-23T08:15:18.130958Z"}');

insert into alert_group (id, source, group_key, version, state, open, incident_id, place, created_at, updated_at)
 values (1,
         'alertmanager',
         '{}:{alertname="HighErrorRate"}',
         4,
         '{"source": "alertmanager", "members": {"HighErrorRate-a": {"state": {"at": "2026-11-23T08:15:19.371001508Z", "state": "resolved"}, "labels": {"pod": "a", "service": "search-api", "severity": "critical", "alertname": "HighErrorRate"}, "seen_at": "2026-11-23T08:15:19.556389Z", "starts_at": "2026-11-23T08:15:17.972132025Z", "annotations": {"summary": "5xx above 5 % for 2 minutes", "runbook_url": "https://runbooks.example/errors"}, "generator_url": "http://127.0.0.1:9090/graph"}, "HighErrorRate-b": {"state": {"at": "2026-11-23T08:15:19.371019518Z", "state": "resolved"}, "labels": {"pod": "b", "service": "search-api", "severity": "critical", "alertname": "HighErrorRate"}, "seen_at": "2026-11-23T08:15:19.556389Z", "starts_at": "2026-11-23T08:15:17.972132025Z", "annotations": {"summary": "5xx above 5 % for 2 minutes", "runbook_url": "https://runbooks.example/errors"}, "generator_url": "http://127.0.0.1:9090/graph"}}, "receiver": "watchkeeper", "group_key": "{}:{alertname=\"HighErrorRate\"}", "opened_at": "2026-11-23T08:15:18.038973Z", "truncated": 0, "acknowledged": {"at": "2026-11-23T08:15:18.130958Z", "by": {"person": "bob"}}, "group_labels": {"alertname": "HighErrorRate"}}',
         false,
         1,
         '{"thread": null, "channel": "ops", "platform": "console"}',
         '2026-11-23T08:15:18.059043+00:00',
         '2026-11-23T08:15:19.605918+00:00');

insert into operation (id, asked_by, parent_id, incident_id, environment, namespace, deployment, service, requested_by, plan, digest, place, command, state, outcome, planned_at, approved_at, approved_by, changed_at, finished_at, due_at, lease_until, epoch)
 values (1,
         'inbox/1',
         null,
         null,
         'production',
         'search',
         'search-api-deployment',
         'search-api',
         'alice',
         '{"rule": {"approvals": 1, "approvers": ["oncall"], "expires_after_minutes": 30}, "step": {"kind": "set_image", "image": {"tag": "c0ffee1", "digest": "sha256:536d1c68c9e0dddef93c8e57a99103b3d76a3503d1833989bac9116e2e8f6571", "repository": "registry.example/search-api"}, "container": "search-api"}, "shown": {"to": {"tag": "c0ffee1", "digest": "sha256:536d1c68c9e0dddef93c8e57a99103b3d76a3503d1833989bac9116e2e8f6571", "repository": "registry.example/search-api"}, "from": {"tag": "7c3f2b1", "digest": null, "repository": "registry.example/search-api"}, "before": {"uid": "f2a8c3c7-5409-472e-bd65-705f0efc9ed0", "ready": 2, "stamp": null, "paused": false, "desired": 2, "updated": 2, "replicas": 2, "revision": 1, "strategy": "rolling_update", "available": 2, "conditions": [{"kind": "Available", "reason": "MinimumReplicasAvailable", "status": "True", "message": "Deployment has minimum availability.", "last_update": "2026-11-23T08:15:11Z"}, {"kind": "Progressing", "reason": "NewReplicaSetAvailable", "status": "True", "message": "ReplicaSet \"search-api-deployment-64cbdb4ccd\" has successfully progressed.", "last_update": "2026-11-23T08:15:11Z"}], "containers": [{"init": false, "name": "search-api", "image": {"tag": "7c3f2b1", "digest": null, "repository": "registry.example/search-api"}}], "created_at": "2026-11-23T08:15:11Z", "generation": 1, "change_cause": null, "resource_version": "1132", "observed_generation": 1, "progress_deadline_seconds": 30}, "command": "deploy search-api c0ffee1 to production", "already_wrong": []}, "action": "deploy", "target": {"service": "search-api", "container": "search-api", "namespace": "search", "deployment": "search-api-deployment", "repository": "registry.example/search-api", "environment": "production"}, "precondition": {"uid": "f2a8c3c7-5409-472e-bd65-705f0efc9ed0", "image": "registry.example/search-api:7c3f2b1", "paused": false}, "requested_by": "alice", "auto_rollback": false}',
         'd6bad97551e472aeb78c721d3c95946d6062b8972ac78e26ff6d82a02d3cb289',
         '{"thread": null, "channel": "ops", "platform": "console"}',
         'deploy search-api c0ffee1 to production',
         'finished',
         '{"reason": "The container search-api keeps ending with exit code 1.", "result": "stuck"}',
         '2026-11-23T08:15:13.48649+00:00',
         '2026-11-23T08:15:14.211014+00:00',
         '["bob"]',
         '2026-11-23T08:15:14.275968+00:00',
         '2026-11-23T08:15:17.837788+00:00',
         '2026-11-23T08:15:47.711851+00:00',
         null,
         6);
insert into operation (id, asked_by, parent_id, incident_id, environment, namespace, deployment, service, requested_by, plan, digest, place, command, state, outcome, planned_at, approved_at, approved_by, changed_at, finished_at, due_at, lease_until, epoch)
 values (2,
         'inbox/8',
         null,
         1,
         'production',
         'search',
         'search-api-deployment',
         'search-api',
         'alice',
         '{"rule": {"approvals": 1, "approvers": ["oncall"], "expires_after_minutes": 30}, "step": {"kind": "restore_template", "revision": 1, "template": {"spec": {"dnsPolicy": "ClusterFirst", "containers": [{"name": "search-api", "image": "registry.example/search-api:7c3f2b1", "resources": {"limits": {"memory": "32Mi"}, "requests": {"cpu": "10m", "memory": "8Mi"}}, "readinessProbe": {"exec": {"command": ["test", "-f", "/tmp/ready"]}, "periodSeconds": 1, "timeoutSeconds": 1, "failureThreshold": 3, "successThreshold": 1}, "imagePullPolicy": "IfNotPresent", "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}], "restartPolicy": "Always", "schedulerName": "default-scheduler", "securityContext": {}, "automountServiceAccountToken": false, "terminationGracePeriodSeconds": 1}, "metadata": {"labels": {"app": "search-api"}}}, "annotations": {}}, "shown": {"to": {"tag": "7c3f2b1", "digest": null, "repository": "registry.example/search-api"}, "from": {"tag": "c0ffee1", "digest": "sha256:536d1c68c9e0dddef93c8e57a99103b3d76a3503d1833989bac9116e2e8f6571", "repository": "registry.example/search-api"}, "before": {"uid": "f2a8c3c7-5409-472e-bd65-705f0efc9ed0", "ready": 2, "stamp": "OP-1.3", "paused": false, "desired": 2, "updated": 1, "replicas": 3, "revision": 2, "strategy": "rolling_update", "available": 2, "conditions": [{"kind": "Available", "reason": "MinimumReplicasAvailable", "status": "True", "message": "Deployment has minimum availability.", "last_update": "2026-11-23T08:15:11Z"}, {"kind": "Progressing", "reason": "ReplicaSetUpdated", "status": "True", "message": "ReplicaSet \"search-api-deployment-c947858cf\" is progressing.", "last_update": "2026-11-23T08:15:14Z"}], "containers": [{"init": false, "name": "search-api", "image": {"tag": "c0ffee1", "digest": "sha256:536d1c68c9e0dddef93c8e57a99103b3d76a3503d1833989bac9116e2e8f6571", "repository": "registry.example/search-api"}}], "created_at": "2026-11-23T08:15:11Z", "generation": 2, "change_cause": "deploy search-api c0ffee1 to production (OP-1, alice)", "resource_version": "1144", "observed_generation": 2, "progress_deadline_seconds": 30}, "command": "rollback search-api in production", "already_wrong": [[{"code": "Pod/search-api-deployment-c947858cf-g488f"}, {"plain": ": "}, {"plain": "The container "}, {"code": "search-api"}, {"plain": " keeps ending"}, {"plain": " with exit code 1"}, {"plain": "."}]]}, "action": "rollback", "target": {"service": "search-api", "container": "search-api", "namespace": "search", "deployment": "search-api-deployment", "repository": "registry.example/search-api", "environment": "production"}, "precondition": {"uid": "f2a8c3c7-5409-472e-bd65-705f0efc9ed0", "image": "registry.example/search-api:c0ffee1@sha256:536d1c68c9e0dddef93c8e57a99103b3d76a3503d1833989bac9116e2e8f6571", "paused": false}, "requested_by": "alice", "auto_rollback": false}',
         'b8b73d5386d3add265cefc01a90db2c70974161d81f5c4cf3fa683ae31170657',
         '{"thread": "5", "channel": "ops", "platform": "console"}',
         'rollback search-api in production',
         'finished',
         '{"result": "succeeded"}',
         '2026-11-23T08:15:19.065043+00:00',
         '2026-11-23T08:15:19.127053+00:00',
         '["bob"]',
         '2026-11-23T08:15:19.174286+00:00',
         '2026-11-23T08:15:19.286517+00:00',
         '2026-11-23T08:15:49.226406+00:00',
         null,
         4);

insert into vote (operation_id, person, approve, digest, at)
 values (1,
         'bob',
         true,
         'd6bad97551e472aeb78c721d3c95946d6062b8972ac78e26ff6d82a02d3cb289',
         '2026-11-23T08:15:14.124848+00:00');
insert into vote (operation_id, person, approve, digest, at)
 values (2,
         'bob',
         true,
         'b8b73d5386d3add265cefc01a90db2c70974161d81f5c4cf3fa683ae31170657',
         '2026-11-23T08:15:19.117996+00:00');

insert into inbox (id, source, delivery, lane, body, raw, received_at, due_at, lease_until, epoch, attempts, done_at, dead_reason)
 overriding system value
 values (1,
         'console',
         'message/1',
         'console/ops/alice',
         '{"request": {"at": "2026-11-23T08:15:13.230190Z", "from": {"id": "alice", "platform": "console"}, "said": {"words": "deploy search-api c0ffee1 to production"}, "place": {"thread": null, "channel": "ops", "platform": "console"}, "delivery": "message/1"}}',
         null,
         '2026-11-23T08:15:13.242905+00:00',
         '2026-11-23T08:15:13.242905+00:00',
         null,
         1,
         1,
         '2026-11-23T08:15:13.48649+00:00',
         null);
insert into inbox (id, source, delivery, lane, body, raw, received_at, due_at, lease_until, epoch, attempts, done_at, dead_reason)
 overriding system value
 values (2,
         'console',
         'reaction/2/bob/✅/1',
         'console/ops/bob',
         '{"request": {"at": "2026-11-23T08:15:14.083172319Z", "from": {"id": "bob", "platform": "console"}, "said": {"reacted": {"added": true, "quoted": null, "message": "2", "reaction": "approve"}}, "place": {"thread": "2", "channel": "ops", "platform": "console"}, "delivery": "reaction/2/bob/✅/1"}}',
         null,
         '2026-11-23T08:15:14.085464+00:00',
         '2026-11-23T08:15:14.085464+00:00',
         null,
         1,
         1,
         '2026-11-23T08:15:14.124848+00:00',
         null);
insert into inbox (id, source, delivery, lane, body, raw, received_at, due_at, lease_until, epoch, attempts, done_at, dead_reason)
 overriding system value
 values (3,
         'alertmanager',
         '01a20779-4610-7350-8092-b9eeba390dca',
         'alertmanager/{}:{alertname="HighErrorRate"}',
         '{"alerts": {"alerts": [{"firing": true, "labels": {"pod": "a", "service": "search-api", "severity": "critical", "alertname": "HighErrorRate"}, "ends_at": null, "starts_at": "2026-11-23T08:15:17.972132025Z", "annotations": {"summary": "5xx above 5 % for 2 minutes", "runbook_url": "https://runbooks.example/errors"}, "fingerprint": "HighErrorRate-a", "generator_url": "http://127.0.0.1:9090/graph"}, {"firing": true, "labels": {"pod": "b", "service": "search-api", "severity": "critical", "alertname": "HighErrorRate"}, "ends_at": null, "starts_at": "2026-11-23T08:15:17.972132025Z", "annotations": {"summary": "5xx above 5 % for 2 minutes", "runbook_url": "https://runbooks.example/errors"}, "fingerprint": "HighErrorRate-b", "generator_url": "http://127.0.0.1:9090/graph"}], "source": "alertmanager", "receiver": "watchkeeper", "group_key": "{}:{alertname=\"HighErrorRate\"}", "truncated": 0, "group_labels": {"alertname": "HighErrorRate"}}}',
         '{"alerts":[{"annotations":{"runbook_url":"https://runbooks.example/errors","summary":"5xx above 5 % for 2 minutes"},"endsAt":"0001-01-01T00:00:00Z","fingerprint":"HighErrorRate-a","generatorURL":"http://127.0.0.1:9090/graph","labels":{"alertname":"HighErrorRate","pod":"a","service":"search-api","severity":"critical"},"startsAt":"2026-11-23T08:15:17.972132025+00:00","status":"firing"},{"annotations":{"runbook_url":"https://runbooks.example/errors","summary":"5xx above 5 % for 2 minutes"},"endsAt":"0001-01-01T00:00:00Z","fingerprint":"HighErrorRate-b","generatorURL":"http://127.0.0.1:9090/graph","labels":{"alertname":"HighErrorRate","pod":"b","service":"search-api","severity":"critical"},"startsAt":"2026-11-23T08:15:17.972132025+00:00","status":"firing"}],"commonAnnotations":{},"commonLabels":{"alertname":"HighErrorRate","service":"search-api"},"externalURL":"http://127.0.0.1:9093","groupKey":"{}:{alertname=\"HighErrorRate\"}","groupLabels":{"alertname":"HighErrorRate"},"receiver":"watchkeeper","status":"firing","truncatedAlerts":0,"version":"4"}',
         '2026-11-23T08:15:18.038973+00:00',
         '2026-11-23T08:15:18.038973+00:00',
         null,
         1,
         1,
         '2026-11-23T08:15:18.059043+00:00',
         null);

insert into timeline (id, at, recorded_at, key, incident_id, operation_id, alert_group_id, actor, event)
 overriding system value
 values (1,
         '2026-11-23T08:15:13.242905+00:00',
         '2026-11-23T08:15:13.48649+00:00',
         'inbox/1/typed',
         null,
         null,
         null,
         '{"person": "alice"}',
         '{"kind": "command_typed", "command": "deploy search-api c0ffee1 to production"}');
insert into timeline (id, at, recorded_at, key, incident_id, operation_id, alert_group_id, actor, event)
 overriding system value
 values (2,
         '2026-11-23T08:15:13.242905+00:00',
         '2026-11-23T08:15:13.48649+00:00',
         'op/1/planned',
         null,
         1,
         null,
         '{"person": "alice"}',
         '{"kind": "planned", "digest": "d6bad97551e472aeb78c721d3c95946d6062b8972ac78e26ff6d82a02d3cb289", "summary": "Deploy search-api to production: 7c3f2b1 → c0ffee1"}');
insert into timeline (id, at, recorded_at, key, incident_id, operation_id, alert_group_id, actor, event)
 overriding system value
 values (4,
         '2026-11-23T08:15:14.085464+00:00',
         '2026-11-23T08:15:14.124848+00:00',
         'inbox/2/voted',
         null,
         1,
         null,
         '{"person": "bob"}',
         '{"kind": "voted", "approve": true}');
insert into timeline (id, at, recorded_at, key, incident_id, operation_id, alert_group_id, actor, event)
 overriding system value
 values (5,
         '2026-11-23T08:15:14.144704+00:00',
         '2026-11-23T08:15:14.211014+00:00',
         'op/1/decided',
         null,
         1,
         null,
         '"watchkeeper"',
         '{"kind": "decided", "outcome": {"by": ["bob"], "result": "approved"}}');
insert into timeline (id, at, recorded_at, key, incident_id, operation_id, alert_group_id, actor, event)
 overriding system value
 values (6,
         '2026-11-23T08:15:14.224662+00:00',
         '2026-11-23T08:15:14.275968+00:00',
         'op/1/changed',
         null,
         1,
         null,
         '"watchkeeper"',
         '{"kind": "changed", "what": "Deploy search-api to production: 7c3f2b1 → c0ffee1"}');
insert into timeline (id, at, recorded_at, key, incident_id, operation_id, alert_group_id, actor, event)
 overriding system value
 values (7,
         '2026-11-23T08:15:15.120675+00:00',
         '2026-11-23T08:15:15.162045+00:00',
         'op/1/progress/1/1/2',
         null,
         1,
         null,
         '"watchkeeper"',
         '{"kind": "rollout_progressed", "ready": 1, "desired": 2, "updated": 1}');
insert into timeline (id, at, recorded_at, key, incident_id, operation_id, alert_group_id, actor, event)
 overriding system value
 values (9,
         '2026-11-23T08:15:17.740741+00:00',
         '2026-11-23T08:15:17.837788+00:00',
         'op/1/finished',
         null,
         1,
         null,
         '"watchkeeper"',
         '{"kind": "finished", "outcome": {"reason": "The container search-api keeps ending with exit code 1.", "result": "stuck"}}');
insert into timeline (id, at, recorded_at, key, incident_id, operation_id, alert_group_id, actor, event)
 overriding system value
 values (10,
         '2026-11-23T08:15:17.972132+00:00',
         '2026-11-23T08:15:18.059043+00:00',
         'alert/1/HighErrorRate-a/fired/1795421717972',
         null,
         null,
         1,
         '{"source": "alertmanager"}',
         '{"kind": "alert_fired", "name": "HighErrorRate pod=a", "summary": "5xx above 5 % for 2 minutes"}');
insert into timeline (id, at, recorded_at, key, incident_id, operation_id, alert_group_id, actor, event)
 overriding system value
 values (13,
         '2026-11-23T08:15:18.130958+00:00',
         '2026-11-23T08:15:18.151174+00:00',
         'inbox/4/ack',
         null,
         null,
         1,
         '{"person": "bob"}',
         '{"kind": "alert_acknowledged"}');
insert into timeline (id, at, recorded_at, key, incident_id, operation_id, alert_group_id, actor, event)
 overriding system value
 values (15,
         '2026-11-23T08:15:18.221911+00:00',
         '2026-11-23T08:15:18.246346+00:00',
         'inbox/5/declared',
         1,
         null,
         null,
         '{"person": "bob"}',
         '{"kind": "incident_declared", "title": "HighErrorRate", "severity": "sev2"}');
insert into timeline (id, at, recorded_at, key, incident_id, operation_id, alert_group_id, actor, event)
 overriding system value
 values (17,
         '2026-11-23T08:15:18.347767+00:00',
         '2026-11-23T08:15:18.408903+00:00',
         'inbox/6/role',
         1,
         null,
         null,
         '{"person": "bob"}',
         '{"kind": "role_assigned", "role": "commander", "person": "bob"}');
insert into timeline (id, at, recorded_at, key, incident_id, operation_id, alert_group_id, actor, event)
 overriding system value
 values (19,
         '2026-11-23T08:15:18.537767+00:00',
         '2026-11-23T08:15:18.873592+00:00',
         'inbox/7/diagnosed',
         1,
         null,
         null,
         '{"person": "bob"}',
         '{"kind": "diagnosed", "target": "search/deployment/search-api-deployment", "findings": ["The container search-api keeps ending with exit code 1. Last log line: Database unreachable", "Changed 4 s ago by @alice (OP-1): deploy search-api c0ffee1 to production"]}');
insert into timeline (id, at, recorded_at, key, incident_id, operation_id, alert_group_id, actor, event)
 overriding system value
 values (26,
         '2026-11-23T08:15:19.232017+00:00',
         '2026-11-23T08:15:19.286517+00:00',
         'op/2/finished',
         1,
         2,
         null,
         '"watchkeeper"',
         '{"kind": "finished", "outcome": {"result": "succeeded"}}');
insert into timeline (id, at, recorded_at, key, incident_id, operation_id, alert_group_id, actor, event)
 overriding system value
 values (27,
         '2026-11-23T08:15:19.371001+00:00',
         '2026-11-23T08:15:19.605918+00:00',
         'alert/1/HighErrorRate-a/resolved/1795421719371',
         1,
         null,
         1,
         '{"source": "alertmanager"}',
         '{"kind": "alert_resolved", "name": "HighErrorRate pod=a"}');
insert into timeline (id, at, recorded_at, key, incident_id, operation_id, alert_group_id, actor, event)
 overriding system value
 values (30,
         '2026-11-23T08:15:19.77552+00:00',
         '2026-11-23T08:15:19.787315+00:00',
         'inbox/12/status',
         1,
         null,
         null,
         '{"person": "bob"}',
         '{"to": "resolved", "from": "investigating", "kind": "status_changed", "reason": null}');
insert into timeline (id, at, recorded_at, key, incident_id, operation_id, alert_group_id, actor, event)
 overriding system value
 values (31,
         '2026-11-23T08:15:19.738468+00:00',
         '2026-11-23T08:15:19.83815+00:00',
         'pin/INC-1/console/ops/12',
         1,
         null,
         null,
         '{"person": "alice"}',
         '{"kind": "pinned", "text": "the new pool size is above the database''s limit", "author": {"person": "alice"}}');

insert into message (id, key, platform, channel, thread, thread_of, body, version, sent_version, posted_as, created_at, due_at, lease_until, epoch, attempts, dead_reason)
 overriding system value
 values (1,
         'op/1',
         'console',
         'ops',
         null,
         null,
         '{"tone": "bad", "title": [{"plain": "Deploy "}, {"strong": "search-api"}, {"plain": " to "}, {"strong": "production"}, {"plain": ": "}, {"outside_code": "7c3f2b1"}, {"plain": " → "}, {"outside_code": "c0ffee1"}, {"plain": " — stuck"}], "blocks": [{"fields": [{"label": "Approved by", "value": [{"plain": ""}, {"person": "bob"}, {"plain": ", asked by "}, {"person": "alice"}]}]}, {"paragraph": [{"plain": "The container "}, {"code": "search-api"}, {"plain": " keeps ending"}, {"plain": " with exit code 1"}, {"plain": "."}]}, {"footnote": [{"code": "OP-1"}, {"plain": " · plan "}, {"code": "d6bad97551e4"}, {"plain": " · "}, {"plain": "understood as "}, {"code": "deploy search-api c0ffee1 to production"}]}], "buttons": [{"label": "Roll back", "weight": "danger", "command": "rollback search-api in production to revision 1"}, {"label": "Diagnose", "weight": "plain", "command": "diagnose search-api in production"}], "reactions": []}',
         5,
         5,
         '2',
         '2026-11-23T08:15:13.48649+00:00',
         '2026-11-23T08:15:17.837788+00:00',
         null,
         5,
         0,
         null);
insert into message (id, key, platform, channel, thread, thread_of, body, version, sent_version, posted_as, created_at, due_at, lease_until, epoch, attempts, dead_reason)
 overriding system value
 values (9,
         'incident/1',
         'console',
         'ops',
         null,
         null,
         '{"tone": "good", "title": [{"plain": "INC-1 · sev2 · "}, {"outside": "HighErrorRate"}], "blocks": [{"fields": [{"label": "Status", "value": [{"strong": "resolved"}]}, {"label": "Affects", "value": [{"plain": ""}, {"strong": "search-api"}]}, {"label": "Commander", "value": [{"person": "bob"}]}, {"label": "Declared", "value": [{"person": "bob"}, {"plain": " at "}, {"when": "2026-11-23T08:15:18.221911Z"}]}, {"label": "Acknowledged", "value": [{"when": "2026-11-23T08:15:18.130958Z"}]}, {"label": "Mitigated", "value": [{"when": "2026-11-23T08:15:19.775520Z"}]}, {"label": "Resolved", "value": [{"when": "2026-11-23T08:15:19.775520Z"}]}]}, {"list": [[{"plain": "ALERT-1 "}, {"outside": "HighErrorRate"}, {"plain": ": 2 of 2 resolved"}]]}, {"footnote": [{"link": {"page": {"timeline": 1}, "label": "timeline"}}, {"plain": " · 📌 on a message puts it there"}]}], "buttons": [{"label": "Postmortem", "weight": "primary", "command": "postmortem INC-1"}, {"label": "Close", "weight": "plain", "command": "incident close INC-1"}], "reactions": []}',
         3,
         3,
         '5',
         '2026-11-23T08:15:18.246346+00:00',
         '2026-11-23T08:15:19.787315+00:00',
         null,
         3,
         0,
         null);
insert into message (id, key, platform, channel, thread, thread_of, body, version, sent_version, posted_as, created_at, due_at, lease_until, epoch, attempts, dead_reason)
 overriding system value
 values (14,
         'op/2',
         'console',
         'ops',
         '5',
         null,
         '{"tone": "good", "title": [{"plain": "Roll back "}, {"strong": "search-api"}, {"plain": " in "}, {"strong": "production"}, {"plain": ": "}, {"outside_code": "c0ffee1"}, {"plain": " → "}, {"outside_code": "7c3f2b1"}, {"plain": " — done"}], "blocks": [{"fields": [{"label": "Approved by", "value": [{"plain": ""}, {"person": "bob"}, {"plain": ", asked by "}, {"person": "alice"}]}, {"label": "Took", "value": [{"plain": "0 s"}]}]}, {"footnote": [{"code": "OP-2"}, {"plain": " · plan "}, {"code": "b8b73d5386d3"}, {"plain": " · "}, {"plain": "understood as "}, {"code": "rollback search-api in production"}]}], "buttons": [], "reactions": []}',
         4,
         4,
         '11',
         '2026-11-23T08:15:19.065043+00:00',
         '2026-11-23T08:15:19.286517+00:00',
         null,
         4,
         0,
         null);
insert into message (id, key, platform, channel, thread, thread_of, body, version, sent_version, posted_as, created_at, due_at, lease_until, epoch, attempts, dead_reason)
 overriding system value
 values (7,
         'alert/1',
         'console',
         'ops',
         null,
         null,
         '{"tone": "good", "title": [{"outside": "HighErrorRate"}, {"plain": " · 2 of 2 resolved"}], "blocks": [{"fields": [{"label": "Service", "value": [{"strong": "search-api"}]}, {"label": "Since", "value": [{"when": "2026-11-23T08:15:17.972132025Z"}]}, {"label": "Until", "value": [{"when": "2026-11-23T08:15:19.371019518Z"}]}, {"label": "Acknowledged", "value": [{"person": "bob"}, {"plain": " at "}, {"when": "2026-11-23T08:15:18.130958Z"}]}, {"label": "Incident", "value": [{"link": {"page": {"timeline": 1}, "label": "INC-1"}}]}]}, {"list": [[{"plain": "resolved "}, {"when": "2026-11-23T08:15:19.371001508Z"}, {"plain": " "}, {"outside_code": "pod=a"}, {"plain": ": "}, {"outside": "5xx above 5 % for 2 minutes"}], [{"plain": "resolved "}, {"when": "2026-11-23T08:15:19.371019518Z"}, {"plain": " "}, {"outside_code": "pod=b"}, {"plain": ": "}, {"outside": "5xx above 5 % for 2 minutes"}]]}, {"paragraph": [{"plain": "Runbook: "}, {"outside": "https://runbooks.example/errors"}]}, {"footnote": [{"plain": "ALERT-1 from alertmanager"}]}], "buttons": [{"label": "Diagnose", "weight": "plain", "command": "diagnose search-api"}], "reactions": []}',
         4,
         4,
         '3',
         '2026-11-23T08:15:18.059043+00:00',
         '2026-11-23T08:15:19.605918+00:00',
         null,
         4,
         0,
         null);
insert into message (id, key, platform, channel, thread, thread_of, body, version, sent_version, posted_as, created_at, due_at, lease_until, epoch, attempts, dead_reason)
 overriding system value
 values (11,
         'reply/6',
         'console',
         'ops',
         '5',
         null,
         '{"tone": "good", "title": [{"person": "bob"}, {"plain": " is commander of "}, {"code": "INC-1"}, {"plain": " now."}], "blocks": [], "buttons": [], "reactions": []}',
         1,
         1,
         '7',
         '2026-11-23T08:15:18.408903+00:00',
         '2026-11-23T08:15:18.408903+00:00',
         null,
         1,
         0,
         null);
insert into message (id, key, platform, channel, thread, thread_of, body, version, sent_version, posted_as, created_at, due_at, lease_until, epoch, attempts, dead_reason)
 overriding system value
 values (13,
         'reply/7',
         'console',
         'ops',
         '5',
         null,
         '{"tone": "bad", "title": [{"strong": "search-api"}, {"plain": " in production: "}, {"plain": "1 finding"}], "blocks": [{"fields": [{"label": "Image", "value": [{"outside_code": "c0ffee1"}, {"plain": " ("}, {"outside_code": "sha256:536d1c68c9e0"}, {"plain": ")"}]}, {"label": "Rollout", "value": [{"plain": "stuck"}]}, {"label": "Replicas", "value": [{"plain": "2 of 2 ready"}]}]}, {"paragraph": [{"strong": "Blocking: "}, {"plain": "The container "}, {"code": "search-api"}, {"plain": " keeps ending"}, {"plain": " with exit code 1"}, {"plain": "."}, {"plain": " — "}, {"code": "Pod/search-api-deployment-c947858cf-g488f"}, {"plain": " has "}, {"code": "status.containerStatuses[search-api].state.waiting.reason"}, {"plain": " = "}, {"outside_code": "CrashLoopBackOff"}, {"plain": "."}, {"plain": " Next: "}, {"code": "rollback search-api in production"}]}, {"verbatim": "Database unreachable"}, {"paragraph": [{"strong": "Note: "}, {"plain": "Changed 4 s ago by "}, {"person": "alice"}, {"plain": " (OP-1)"}, {"plain": ": "}, {"plain": "deploy search-api c0ffee1 to production"}, {"plain": " — "}, {"code": "Deployment/search-api-deployment"}, {"plain": " has "}, {"code": "metadata.annotations[watchkeeper.dev/operation]"}, {"plain": " = "}, {"outside_code": "OP-1"}, {"plain": "."}, {"plain": " Next: "}, {"code": "history search-api in production"}]}, {"footnote": [{"plain": "as of "}, {"when": "2026-11-23T08:15:18.696601063Z"}]}], "buttons": [{"label": "Roll back", "weight": "danger", "command": "rollback search-api in production"}, {"label": "History", "weight": "plain", "command": "history search-api in production"}], "reactions": []}',
         1,
         1,
         '9',
         '2026-11-23T08:15:18.873592+00:00',
         '2026-11-23T08:15:18.873592+00:00',
         null,
         1,
         0,
         null);
insert into message (id, key, platform, channel, thread, thread_of, body, version, sent_version, posted_as, created_at, due_at, lease_until, epoch, attempts, dead_reason)
 overriding system value
 values (19,
         'reply/12',
         'console',
         'ops',
         '5',
         null,
         '{"tone": "good", "title": [{"code": "INC-1"}, {"plain": " went from investigating to "}, {"strong": "resolved"}, {"plain": "."}], "blocks": [], "buttons": [], "reactions": []}',
         1,
         1,
         '14',
         '2026-11-23T08:15:19.787315+00:00',
         '2026-11-23T08:15:19.787315+00:00',
         null,
         1,
         0,
         null);

-- The next rows are numbered after these.
select setval(pg_get_serial_sequence('incident', 'id'), (select max(id) from incident));
select setval(pg_get_serial_sequence('alert_group', 'id'), (select max(id) from alert_group));
select setval(pg_get_serial_sequence('operation', 'id'), (select max(id) from operation));
select setval(pg_get_serial_sequence('inbox', 'id'), (select max(id) from inbox));
select setval(pg_get_serial_sequence('timeline', 'id'), (select max(id) from timeline));
select setval(pg_get_serial_sequence('message', 'id'), (select max(id) from message));
