BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
CREATE TABLE conversations (
	id INTEGER NOT NULL, 
	mailbox TEXT NOT NULL, 
	room TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	correspondent_name TEXT NOT NULL, 
	correspondent_address TEXT NOT NULL, 
	correspondent_key TEXT NOT NULL, 
	status TEXT NOT NULL, 
	status_before TEXT NOT NULL, 
	assignee TEXT, 
	followers TEXT NOT NULL, 
	verdict TEXT NOT NULL, 
	words TEXT NOT NULL, 
	mails INTEGER NOT NULL, 
	earlier TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	waiting_since BIGINT NOT NULL, 
	changed_at BIGINT NOT NULL, 
	root TEXT, 
	version INTEGER NOT NULL, needs_nobody BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_conversations PRIMARY KEY (id)
);
INSERT INTO "conversations" VALUES(1,'contact@asso.example','!team:localhost','Adhésion','Marie','marie@example.org','marie@example.org','pending','active','@alice:localhost','[]','unknown','Bonjour, une question.',2,'[]',1795424400005000,1795424400000000,1795424446151000,'$posted0',3,0);
INSERT INTO "conversations" VALUES(2,'contact@asso.example','!team:localhost','Facture','Marie','marie@example.org','marie@example.org','active','active','@alice:localhost','["@alice:localhost"]','unknown','Bonjour, une question.',1,'[1]',1795424400010000,1795424400000000,1795424548231000,'$posted1',3,0);
CREATE TABLE counters (
	name TEXT NOT NULL, 
	next INTEGER NOT NULL, 
	CONSTRAINT pk_counters PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('conversation',3);
INSERT INTO "counters" VALUES('mail',227926715972745);
CREATE TABLE deeds (
	event TEXT NOT NULL, 
	conversation INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	deed TEXT NOT NULL, 
	CONSTRAINT pk_deeds PRIMARY KEY (event, conversation)
);
CREATE TABLE encrypted_rooms (
	room TEXT NOT NULL, 
	CONSTRAINT pk_encrypted_rooms PRIMARY KEY (room)
)
 WITHOUT ROWID

;
CREATE TABLE events (
	event TEXT NOT NULL, 
	room TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	conversation INTEGER, 
	sender TEXT, 
	mail INTEGER, 
	at BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	file TEXT NOT NULL, 
	CONSTRAINT pk_events PRIMARY KEY (event, room)
);
INSERT INTO "events" VALUES('$posted0','!team:localhost','conversation',1,NULL,NULL,1795424400018000,'','');
INSERT INTO "events" VALUES('$posted1','!team:localhost','conversation',2,NULL,NULL,1795424400024000,'','');
INSERT INTO "events" VALUES('$posted2','!team:localhost','mail',1,NULL,227926715972744,1795424400035000,'','');
INSERT INTO "events" VALUES('$posted3','!team:localhost','mail',2,NULL,94668200471554,1795424400041000,'','');
INSERT INTO "events" VALUES('$team3','!team:localhost','note',1,'@alice:localhost',NULL,1795424400004000,'entre nous','');
INSERT INTO "events" VALUES('$team7','!team:localhost','command',1,'@alice:localhost',NULL,1795424400008000,'Bonjour, **oui**.','');
INSERT INTO "events" VALUES('$posted7','!team:localhost','receipt',1,NULL,169931856342408,1795424400105000,'','');
INSERT INTO "events" VALUES('$posted8','!team:localhost','board',NULL,NULL,NULL,1795424416125000,'','');
INSERT INTO "events" VALUES('$posted11','!team:localhost','mail',1,NULL,169931856342408,1795424446172000,'','');
INSERT INTO "events" VALUES('$team9','!team:localhost','command',2,'@alice:localhost',NULL,1795424400010000,'Merci, et','');
INSERT INTO "events" VALUES('$posted13','!team:localhost','receipt',2,NULL,166853879212076,1795424548238000,'','');
CREATE TABLE folder_cursors (
	mailbox TEXT NOT NULL, 
	folder TEXT NOT NULL, 
	uidvalidity INTEGER NOT NULL, 
	uid INTEGER NOT NULL, 
	floor BIGINT NOT NULL, 
	CONSTRAINT pk_folder_cursors PRIMARY KEY (mailbox, folder)
);
INSERT INTO "folder_cursors" VALUES('contact@asso.example','INBOX',1,2,0);
INSERT INTO "folder_cursors" VALUES('contact@asso.example','Sent',1,3,1795424400014000);
CREATE TABLE followers (
	user TEXT NOT NULL, 
	conversation INTEGER NOT NULL, 
	CONSTRAINT pk_followers PRIMARY KEY (user, conversation)
)
 WITHOUT ROWID

;
INSERT INTO "followers" VALUES('@alice:localhost',2);
CREATE TABLE history (
	id INTEGER NOT NULL, 
	conversation INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	actor TEXT, 
	action TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	CONSTRAINT pk_history PRIMARY KEY (id)
);
INSERT INTO "history" VALUES(1,1,1795424400005000,NULL,'history.opened','');
INSERT INTO "history" VALUES(2,2,1795424400010000,NULL,'history.opened','');
INSERT INTO "history" VALUES(3,1,1795424400055000,'@alice:localhost','history.assigned','@alice:localhost');
INSERT INTO "history" VALUES(4,1,1795424400060000,'@alice:localhost','history.noted','');
INSERT INTO "history" VALUES(5,2,1795424400065000,'@alice:localhost','history.followed','');
INSERT INTO "history" VALUES(6,1,1795424446151000,'@alice:localhost','history.replied','');
INSERT INTO "history" VALUES(7,2,1795424548231000,'@alice:localhost','history.assigned','@alice:localhost');
CREATE TABLE identity_pins (
	user TEXT NOT NULL, 
	master TEXT NOT NULL, 
	CONSTRAINT pk_identity_pins PRIMARY KEY (user)
);
CREATE TABLE instance (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_instance PRIMARY KEY (name)
);
INSERT INTO "instance" VALUES('token','eac505057396');
CREATE TABLE leases (
	channel TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	until BIGINT NOT NULL, 
	CONSTRAINT pk_leases PRIMARY KEY (channel)
);
CREATE TABLE mail_references (
	id_key BLOB NOT NULL, 
	mail INTEGER NOT NULL, 
	CONSTRAINT pk_mail_references PRIMARY KEY (id_key, mail)
)
 WITHOUT ROWID

;
INSERT INTO "mail_references" VALUES(X'034CA89B66DA0007E6C7E6524C002C1B367C49CD8BEE893F3812F7B64007095B',166853879212076);
INSERT INTO "mail_references" VALUES(X'337A39EEF521D1D8EEA6BF99E38BD0692FF6D8057387F25CE65D254D3DD38493',169931856342408);
CREATE TABLE mails (
	"row" INTEGER NOT NULL, 
	conversation INTEGER NOT NULL, 
	mailbox TEXT NOT NULL, 
	direction TEXT NOT NULL, 
	id_key BLOB NOT NULL, 
	head TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	date BIGINT NOT NULL, 
	text TEXT NOT NULL, 
	raw TEXT NOT NULL, 
	folder TEXT NOT NULL, 
	uidvalidity INTEGER NOT NULL, 
	uid INTEGER NOT NULL, 
	event TEXT, 
	is_automatic BOOLEAN NOT NULL, 
	author TEXT, 
	source TEXT, 
	state TEXT, 
	detail TEXT NOT NULL, 
	CONSTRAINT pk_mails PRIMARY KEY ("row")
);
INSERT INTO "mails" VALUES(94668200471554,2,'contact@asso.example','in',X'034CA89B66DA0007E6C7E6524C002C1B367C49CD8BEE893F3812F7B64007095B','{"message_id":"b1@example.org","in_reply_to":[],"references":[],"from_":[{"name":"Marie","address":"marie@example.org"}],"reply_to":[],"to":[{"name":"","address":"contact@asso.example"}],"cc":[],"attachments":[],"recipients":[],"files":[],"quotes":[],"took_over":false,"state_before":null,"has_left":false,"failed":[]}','Facture',1795424400000000,'Bonjour,

une question.','2f126292a36fc5ffdd8d911b1fd4d4f7b826dd9fb9a0d4a230e6d3fb9b5e2ec6','INBOX',1,2,'$posted3',0,NULL,NULL,NULL,'');
INSERT INTO "mails" VALUES(166853879212076,2,'contact@asso.example','out',X'7A28003E9D1E436E7525954932EE2DBB80AE99DC5FB30C7CDA577CDE0DD3FDFE','{"message_id":"r.2.97c0b233282c.723b2aeea4a86ca6@asso.example","in_reply_to":["b1@example.org"],"references":["b1@example.org"],"from_":[{"name":"Mon Asso","address":"contact@asso.example"}],"reply_to":[],"to":[{"name":"Marie","address":"marie@example.org"}],"cc":[],"attachments":[],"recipients":["marie@example.org"],"files":[],"quotes":[94668200471554],"took_over":true,"state_before":null,"has_left":false,"failed":[]}','Facture',1795424548231000,'Merci, et','f2d1056f2fe9881eb9aab5cd29fd998d86ae1c0fa4a29f4d0cbcdcbd36788b97','',0,0,NULL,0,'@alice:localhost','$team9','queued','');
INSERT INTO "mails" VALUES(169931856342408,1,'contact@asso.example','out',X'8E6E0DF0B2F41796D6D1EAAB5A01D710D982AD651BECBF5FB12E079FB6817CB8','{"message_id":"r.1.9a8d57eeed88.aa51240f6250af2b@asso.example","in_reply_to":["a1@example.org"],"references":["a1@example.org"],"from_":[{"name":"Mon Asso","address":"contact@asso.example"}],"reply_to":[],"to":[{"name":"Marie","address":"marie@example.org"}],"cc":[],"attachments":[],"recipients":[],"files":[],"quotes":[227926715972744],"took_over":false,"state_before":null,"has_left":false,"failed":[]}','Adhésion',1795424400098000,'Bonjour, **oui**.','ef183e0a04a8b3b1df47126f919a2f942d7eb5dfcee27aac9d0efd124c4660f4','Sent',1,3,'$posted11',0,'@alice:localhost','$team7','sent','250 2.0.0 queued');
INSERT INTO "mails" VALUES(227926715972744,1,'contact@asso.example','in',X'337A39EEF521D1D8EEA6BF99E38BD0692FF6D8057387F25CE65D254D3DD38493','{"message_id":"a1@example.org","in_reply_to":[],"references":[],"from_":[{"name":"Marie","address":"marie@example.org"}],"reply_to":[],"to":[{"name":"","address":"contact@asso.example"}],"cc":[],"attachments":[],"recipients":[],"files":[],"quotes":[],"took_over":false,"state_before":null,"has_left":false,"failed":[]}','Adhésion',1795424400000000,'Bonjour,

une question.','8d68ca567edc83c248e2f2d6c5ca1edb9c2ecc5c6351fd583cde6bb9061b0994','INBOX',1,1,'$posted2',0,NULL,NULL,NULL,'');
CREATE TABLE media (
	blob TEXT NOT NULL, 
	is_encrypted BOOLEAN NOT NULL, 
	url TEXT NOT NULL, 
	encryption TEXT NOT NULL, 
	CONSTRAINT pk_media PRIMARY KEY (blob, is_encrypted)
);
CREATE TABLE members (
	room TEXT NOT NULL, 
	user TEXT NOT NULL, 
	is_joined BOOLEAN NOT NULL, 
	display_name TEXT NOT NULL, 
	CONSTRAINT pk_members PRIMARY KEY (room, user)
);
INSERT INTO "members" VALUES('!team:localhost','@alice:localhost',1,'Alice');
INSERT INTO "members" VALUES('!team:localhost','@bob:localhost',1,'Bob');
INSERT INTO "members" VALUES('!team:localhost','@postroom:localhost',1,'Postroom');
INSERT INTO "members" VALUES('!config:localhost','@alice:localhost',1,'Alice');
INSERT INTO "members" VALUES('!config:localhost','@bob:localhost',1,'Bob');
INSERT INTO "members" VALUES('!config:localhost','@postroom:localhost',1,'Postroom');
CREATE TABLE outbox (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	lane TEXT NOT NULL, 
	priority INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	slot TEXT NOT NULL, 
	thread_of INTEGER, 
	conversation INTEGER, 
	mail INTEGER, 
	event_kind TEXT, 
	state TEXT NOT NULL, 
	attempt INTEGER NOT NULL, 
	failures INTEGER NOT NULL, 
	due_at BIGINT NOT NULL, 
	created_at BIGINT NOT NULL, 
	first_tried_at BIGINT, 
	closed_at BIGINT, 
	phase TEXT NOT NULL, 
	ref TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	owner TEXT NOT NULL
);
INSERT INTO "outbox" VALUES(1,'SendEvent','chat','',2,'card:1','card:1',NULL,1,NULL,'conversation','done',1,0,1795424400006000,1795424400006000,1795424400017000,1795424400021000,'','$posted0','','');
INSERT INTO "outbox" VALUES(2,'SendEvent','chat','conversation:1',2,'','',1,1,227926715972744,'mail','done',1,0,1795424400006000,1795424400006000,1795424400034000,1795424400038000,'','$posted2','','');
INSERT INTO "outbox" VALUES(3,'SendEvent','chat','',2,'card:2','card:2',NULL,2,NULL,'conversation','done',1,0,1795424400011000,1795424400011000,1795424400017000,1795424400027000,'','$posted1','','');
INSERT INTO "outbox" VALUES(4,'SendEvent','chat','conversation:2',2,'','',2,2,94668200471554,'mail','done',1,0,1795424400011000,1795424400011000,1795424400034000,1795424400044000,'','$posted3','','');
INSERT INTO "outbox" VALUES(5,'SendEvent','chat','',1,'card:1','card:1',NULL,1,NULL,'conversation','done',1,0,1795424400056000,1795424400056000,1795424400071000,1795424400081000,'','$posted5','','');
INSERT INTO "outbox" VALUES(6,'SendEvent','chat','',0,'','',NULL,1,NULL,NULL,'done',1,0,1795424400061000,1795424400061000,1795424400071000,1795424400075000,'','$posted4','','');
INSERT INTO "outbox" VALUES(7,'SendEvent','chat','',1,'card:2','card:2',NULL,2,NULL,'conversation','done',1,0,1795424400066000,1795424400066000,1795424400071000,1795424400087000,'','$posted6','','');
INSERT INTO "outbox" VALUES(8,'Submit','smtp:contact@asso.example','out:1',1,'submit:169931856342408','',NULL,1,169931856342408,NULL,'done',1,0,1795424420099000,1795424400099000,1795424446148000,1795424446152000,'data','250 2.0.0 queued','','');
INSERT INTO "outbox" VALUES(9,'SendEvent','chat','',1,'state:169931856342408','state:169931856342408',1,1,169931856342408,'receipt','done',1,0,1795424400099000,1795424400099000,1795424400104000,1795424400108000,'','$posted7','','');
INSERT INTO "outbox" VALUES(10,'SendEvent','chat','',4,'board:!team:localhost','board:!team:localhost',NULL,NULL,NULL,'board','done',1,0,1795424416121000,1795424416121000,1795424416124000,1795424416128000,'','$posted8','','');
INSERT INTO "outbox" VALUES(11,'PinEvent','chat','',4,'','',NULL,NULL,NULL,NULL,'done',1,0,1795424416128000,1795424416128000,1795424416134000,1795424416138000,'','$state','','');
INSERT INTO "outbox" VALUES(12,'AppendSent','imap:contact@asso.example','server:169931856342408',2,'','',NULL,1,169931856342408,NULL,'done',1,0,1795424446152000,1795424446152000,1795424446159000,1795424446181000,'','1','','');
INSERT INTO "outbox" VALUES(13,'AddFlag','imap:contact@asso.example','server:227926715972744',2,'','',NULL,1,227926715972744,NULL,'done',1,0,1795424446152000,1795424446152000,1795424446159000,1795424446187000,'','','','');
INSERT INTO "outbox" VALUES(14,'SendEvent','chat','',1,'state:169931856342408','state:169931856342408',1,1,169931856342408,'receipt','done',1,0,1795424446152000,1795424446152000,1795424446159000,1795424446163000,'','$posted9','','');
INSERT INTO "outbox" VALUES(15,'SendEvent','chat','conversation:1',2,'','',1,1,169931856342408,'mail','done',1,0,1795424446152000,1795424446152000,1795424446159000,1795424446175000,'','$posted11','','');
INSERT INTO "outbox" VALUES(16,'SendEvent','chat','',1,'card:1','card:1',NULL,1,NULL,'conversation','done',1,0,1795424446152000,1795424446152000,1795424446159000,1795424446169000,'','$posted10','','');
INSERT INTO "outbox" VALUES(17,'SendEvent','chat','',4,'board:!team:localhost','board:!team:localhost',NULL,NULL,NULL,'board','done',1,0,1795424462206000,1795424462206000,1795424462209000,1795424462213000,'','$posted12','','');
INSERT INTO "outbox" VALUES(18,'Submit','smtp:contact@asso.example','out:2',1,'submit:166853879212076','',NULL,2,166853879212076,NULL,'open',0,0,1795424568232000,1795424548232000,NULL,NULL,'','','','');
INSERT INTO "outbox" VALUES(19,'SendEvent','chat','',1,'state:166853879212076','state:166853879212076',2,2,166853879212076,'receipt','done',1,0,1795424548232000,1795424548232000,1795424548237000,1795424548241000,'','$posted13','','');
INSERT INTO "outbox" VALUES(20,'SendEvent','chat','',1,'card:2','card:2',NULL,2,NULL,'conversation','done',1,0,1795424548232000,1795424548232000,1795424548237000,1795424548247000,'','$posted14','','');
CREATE TABLE outbox_calls (
	id INTEGER NOT NULL, 
	call TEXT NOT NULL, 
	CONSTRAINT pk_outbox_calls PRIMARY KEY (id)
);
INSERT INTO "outbox_calls" VALUES(1,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#1 · 🟢 Adhésion\\nMarie <marie@example.org>\\nto do · nobody · 1 message\\nBonjour, une question.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>🟢 #1 · Adhésion</b> <br>Marie &lt;marie@example.org&gt; <br>to do · <i>nobody</i> · 1 message<blockquote>Bonjour, une question.</blockquote>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"conversation\",\"conversation\":1,\"status\":\"active\",\"assignee\":null,\"mailbox\":\"contact@asso.example\"}}","thread_of":null,"reply_to":null,"slot":"card:1","uploads":[]}');
INSERT INTO "outbox_calls" VALUES(2,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#1 · ✉️ Marie:\\nBonjour,\\n\\nune question.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"✉️ #1 · <b>Marie</b>: <p>Bonjour,</p><p>une question.</p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"mail\",\"conversation\":1,\"message_id\":\"a1@example.org\",\"direction\":\"in\"}}","thread_of":1,"reply_to":null,"slot":"","uploads":[]}');
INSERT INTO "outbox_calls" VALUES(3,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#2 · 🟢 Facture\\nMarie <marie@example.org>\\nto do · nobody · 1 message · also #1\\nBonjour, une question.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>🟢 #2 · Facture</b> <br>Marie &lt;marie@example.org&gt; <br>to do · <i>nobody</i> · 1 message · also #1<blockquote>Bonjour, une question.</blockquote>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"conversation\",\"conversation\":2,\"status\":\"active\",\"assignee\":null,\"mailbox\":\"contact@asso.example\"}}","thread_of":null,"reply_to":null,"slot":"card:2","uploads":[]}');
INSERT INTO "outbox_calls" VALUES(4,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#2 · ✉️ Marie:\\nBonjour,\\n\\nune question.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"✉️ #2 · <b>Marie</b>: <p>Bonjour,</p><p>une question.</p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"mail\",\"conversation\":2,\"message_id\":\"b1@example.org\",\"direction\":\"in\"}}","thread_of":2,"reply_to":null,"slot":"","uploads":[]}');
INSERT INTO "outbox_calls" VALUES(5,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#1 · 🟢 Adhésion\\nMarie <marie@example.org>\\nto do · Alice · 1 message\\nBonjour, une question.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>🟢 #1 · Adhésion</b> <br>Marie &lt;marie@example.org&gt; <br>to do · <a href=\\\"https://matrix.to/#/@alice:localhost\\\">Alice</a> · 1 message<blockquote>Bonjour, une question.</blockquote>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"conversation\",\"conversation\":1,\"status\":\"active\",\"assignee\":\"@alice:localhost\",\"mailbox\":\"contact@asso.example\"}}","thread_of":null,"reply_to":null,"slot":"card:1","uploads":[]}');
INSERT INTO "outbox_calls" VALUES(6,'{"room":"!team:localhost","event_type":"m.reaction","content":"{\"m.relates_to\":{\"rel_type\":\"m.annotation\",\"event_id\":\"$team3\",\"key\":\"✅\"}}","thread_of":null,"reply_to":null,"slot":"","uploads":[]}');
INSERT INTO "outbox_calls" VALUES(7,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#2 · 🟢 Facture\\nMarie <marie@example.org>\\nto do · nobody · 1 message · also #1\\nBonjour, une question.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>🟢 #2 · Facture</b> <br>Marie &lt;marie@example.org&gt; <br>to do · <i>nobody</i> · 1 message · also <a href=\\\"https://matrix.to/#/!team:localhost/$posted0?via=localhost\\\">#1</a><blockquote>Bonjour, une question.</blockquote>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"conversation\",\"conversation\":2,\"status\":\"active\",\"assignee\":null,\"mailbox\":\"contact@asso.example\"}}","thread_of":null,"reply_to":null,"slot":"card:2","uploads":[]}');
INSERT INTO "outbox_calls" VALUES(8,'{"mailbox":"contact@asso.example","row":169931856342408,"sender":"contact@asso.example","recipients":["marie@example.org"],"raw":"ef183e0a04a8b3b1df47126f919a2f942d7eb5dfcee27aac9d0efd124c4660f4"}');
INSERT INTO "outbox_calls" VALUES(9,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"#1 · ⏳ To marie@example.org from Mon Asso <contact@asso.example>, in 20 s. !undo or delete your message to cancel.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"⏳ #1 · To <b>marie@example.org</b> from <b>Mon Asso &lt;contact@asso.example&gt;</b>, in 20 s. <code>!undo</code> or delete your message to cancel.\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"receipt\",\"conversation\":1,\"message_id\":\"r.1.9a8d57eeed88.aa51240f6250af2b@asso.example\",\"direction\":\"out\",\"state\":\"queued\"}}","thread_of":1,"reply_to":"$team7","slot":"state:169931856342408","uploads":[]}');
INSERT INTO "outbox_calls" VALUES(10,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"To do: 2 · nobody’s: 1 · pending: 0\\n🟢 #1 Adhésion · Alice · now\\n🟢 #2 Facture · nobody · now\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>To do: 2 · nobody’s: 1 · pending: 0</b> <ul><li>🟢 <a href=\\\"https://matrix.to/#/!team:localhost/$posted0?via=localhost\\\">#1 Adhésion</a> · <a href=\\\"https://matrix.to/#/@alice:localhost\\\">Alice</a> · now</li> <li>🟢 <a href=\\\"https://matrix.to/#/!team:localhost/$posted1?via=localhost\\\">#2 Facture</a> · <i>nobody</i> · now</li></ul>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"board\"}}","thread_of":null,"reply_to":null,"slot":"board:!team:localhost","uploads":[]}');
INSERT INTO "outbox_calls" VALUES(11,'{"room":"!team:localhost","event":"$posted8"}');
INSERT INTO "outbox_calls" VALUES(12,'{"mailbox":"contact@asso.example","row":169931856342408,"raw":"ef183e0a04a8b3b1df47126f919a2f942d7eb5dfcee27aac9d0efd124c4660f4","date":"2026-11-23T09:00:00.098000+00:00"}');
INSERT INTO "outbox_calls" VALUES(13,'{"mailbox":"contact@asso.example","folder":"INBOX","uidvalidity":1,"uid":1,"flag":"\\Answered"}');
INSERT INTO "outbox_calls" VALUES(14,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"#1 · ✅ Sent to marie@example.org at 10:00 · pending · Alice\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"✅ #1 · Sent to <b>marie@example.org</b> at 10:00 · pending · <a href=\\\"https://matrix.to/#/@alice:localhost\\\">Alice</a>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"receipt\",\"conversation\":1,\"message_id\":\"r.1.9a8d57eeed88.aa51240f6250af2b@asso.example\",\"direction\":\"out\",\"state\":\"sent\"}}","thread_of":1,"reply_to":"$team7","slot":"state:169931856342408","uploads":[]}');
INSERT INTO "outbox_calls" VALUES(15,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"#1 · 📤 Mon Asso → marie@example.org:\\nBonjour, **oui**.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"📤 #1 · <b>Mon Asso</b> → marie@example.org: <p>Bonjour, <strong>oui</strong>.</p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"mail\",\"conversation\":1,\"message_id\":\"r.1.9a8d57eeed88.aa51240f6250af2b@asso.example\",\"direction\":\"out\"}}","thread_of":1,"reply_to":null,"slot":"","uploads":[]}');
INSERT INTO "outbox_calls" VALUES(16,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#1 · ⏳ Adhésion\\nMarie <marie@example.org>\\npending · Alice · 2 messages\\nBonjour, une question.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>⏳ #1 · Adhésion</b> <br>Marie &lt;marie@example.org&gt; <br>pending · <a href=\\\"https://matrix.to/#/@alice:localhost\\\">Alice</a> · 2 messages<blockquote>Bonjour, une question.</blockquote>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"conversation\",\"conversation\":1,\"status\":\"pending\",\"assignee\":\"@alice:localhost\",\"mailbox\":\"contact@asso.example\"}}","thread_of":null,"reply_to":null,"slot":"card:1","uploads":[]}');
INSERT INTO "outbox_calls" VALUES(17,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"To do: 1 · nobody’s: 1 · pending: 1\\n🟢 #2 Facture · nobody · 1 min\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>To do: 1 · nobody’s: 1 · pending: 1</b> <ul><li>🟢 <a href=\\\"https://matrix.to/#/!team:localhost/$posted1?via=localhost\\\">#2 Facture</a> · <i>nobody</i> · 1 min</li></ul>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"board\"}}","thread_of":null,"reply_to":null,"slot":"board:!team:localhost","uploads":[]}');
INSERT INTO "outbox_calls" VALUES(18,'{"mailbox":"contact@asso.example","row":166853879212076,"sender":"contact@asso.example","recipients":["marie@example.org"],"raw":"f2d1056f2fe9881eb9aab5cd29fd998d86ae1c0fa4a29f4d0cbcdcbd36788b97"}');
INSERT INTO "outbox_calls" VALUES(19,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"#2 · ⏳ To marie@example.org from Mon Asso <contact@asso.example>, in 20 s. !undo or delete your message to cancel.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"⏳ #2 · To <b>marie@example.org</b> from <b>Mon Asso &lt;contact@asso.example&gt;</b>, in 20 s. <code>!undo</code> or delete your message to cancel.\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"receipt\",\"conversation\":2,\"message_id\":\"r.2.97c0b233282c.723b2aeea4a86ca6@asso.example\",\"direction\":\"out\",\"state\":\"queued\"}}","thread_of":2,"reply_to":"$team9","slot":"state:166853879212076","uploads":[]}');
INSERT INTO "outbox_calls" VALUES(20,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#2 · 🟢 Facture\\nMarie <marie@example.org>\\nto do · Alice · 1 message · also #1\\nBonjour, une question.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>🟢 #2 · Facture</b> <br>Marie &lt;marie@example.org&gt; <br>to do · <a href=\\\"https://matrix.to/#/@alice:localhost\\\">Alice</a> · 1 message · also <a href=\\\"https://matrix.to/#/!team:localhost/$posted0?via=localhost\\\">#1</a><blockquote>Bonjour, une question.</blockquote>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"conversation\",\"conversation\":2,\"status\":\"active\",\"assignee\":\"@alice:localhost\",\"mailbox\":\"contact@asso.example\"}}","thread_of":null,"reply_to":null,"slot":"card:2","uploads":[]}');
CREATE TABLE predecessors (
	room TEXT NOT NULL, 
	predecessor TEXT NOT NULL, 
	CONSTRAINT pk_predecessors PRIMARY KEY (room)
);
CREATE TABLE questions (
	"row" INTEGER NOT NULL, 
	conversation INTEGER NOT NULL, 
	person TEXT NOT NULL, 
	event TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	is_used BOOLEAN NOT NULL, 
	asked TEXT NOT NULL, 
	CONSTRAINT pk_questions PRIMARY KEY ("row")
);
CREATE TABLE reactions (
	event TEXT NOT NULL, 
	room TEXT NOT NULL, 
	conversation INTEGER NOT NULL, 
	target TEXT NOT NULL, 
	sender TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	status_before TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_reactions PRIMARY KEY (event)
);
INSERT INTO "reactions" VALUES('$team1','!team:localhost',1,'$posted0','@alice:localhost','mine','active',1795424400002000);
INSERT INTO "reactions" VALUES('$team5','!team:localhost',2,'$posted1','@alice:localhost','follow','active',1795424400006000);
CREATE TABLE read_marks (
	room TEXT NOT NULL, 
	user TEXT NOT NULL, 
	conversation INTEGER NOT NULL, 
	event TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_read_marks PRIMARY KEY (room, user, conversation)
);
CREATE TABLE room_upgrades (
	room TEXT NOT NULL, 
	replacement TEXT NOT NULL, 
	sender TEXT, 
	state TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_room_upgrades PRIMARY KEY (room)
);
CREATE TABLE seen (
	"key" TEXT NOT NULL, 
	at BIGINT, 
	CONSTRAINT pk_seen PRIMARY KEY ("key")
)
 WITHOUT ROWID

;
INSERT INTO "seen" VALUES('event:$team1',1795424400058000);
INSERT INTO "seen" VALUES('event:$team3',1795424400063000);
INSERT INTO "seen" VALUES('event:$team5',1795424400068000);
INSERT INTO "seen" VALUES('event:$team7',1795424400101000);
INSERT INTO "seen" VALUES('event:$team9',1795424548234000);
INSERT INTO "seen" VALUES('mail:contact@asso.example:INBOX:1:1:1795424400',NULL);
INSERT INTO "seen" VALUES('mail:contact@asso.example:INBOX:1:2:1795424400',NULL);
INSERT INTO "seen" VALUES('mail:contact@asso.example:Sent:1:3:1795424400',NULL);
INSERT INTO "seen" VALUES('receipt:10:1',1795424416130000);
INSERT INTO "seen" VALUES('receipt:11:1',1795424416140000);
INSERT INTO "seen" VALUES('receipt:12:1',1795424446183000);
INSERT INTO "seen" VALUES('receipt:13:1',1795424446189000);
INSERT INTO "seen" VALUES('receipt:14:1',1795424446165000);
INSERT INTO "seen" VALUES('receipt:15:1',1795424446177000);
INSERT INTO "seen" VALUES('receipt:16:1',1795424446171000);
INSERT INTO "seen" VALUES('receipt:17:1',1795424462215000);
INSERT INTO "seen" VALUES('receipt:19:1',1795424548243000);
INSERT INTO "seen" VALUES('receipt:1:1',1795424400023000);
INSERT INTO "seen" VALUES('receipt:20:1',1795424548249000);
INSERT INTO "seen" VALUES('receipt:2:1',1795424400040000);
INSERT INTO "seen" VALUES('receipt:3:1',1795424400029000);
INSERT INTO "seen" VALUES('receipt:4:1',1795424400046000);
INSERT INTO "seen" VALUES('receipt:5:1',1795424400083000);
INSERT INTO "seen" VALUES('receipt:6:1',1795424400077000);
INSERT INTO "seen" VALUES('receipt:7:1',1795424400089000);
INSERT INTO "seen" VALUES('receipt:8:1',1795424446154000);
INSERT INTO "seen" VALUES('receipt:9:1',1795424400110000);
INSERT INTO "seen" VALUES('timer:board:!team:localhost:1795424415.005',1795424416123000);
INSERT INTO "seen" VALUES('timer:board:!team:localhost:1795424461.151',1795424462208000);
CREATE TABLE shunted (
	id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	payload TEXT NOT NULL, 
	error TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_shunted PRIMARY KEY (id), 
	CONSTRAINT uq_shunted_key UNIQUE ("key")
);
CREATE TABLE slots (
	slot TEXT NOT NULL, 
	room TEXT NOT NULL, 
	event TEXT NOT NULL, 
	CONSTRAINT pk_slots PRIMARY KEY (slot)
);
INSERT INTO "slots" VALUES('card:1','!team:localhost','$posted0');
INSERT INTO "slots" VALUES('card:2','!team:localhost','$posted1');
INSERT INTO "slots" VALUES('state:169931856342408','!team:localhost','$posted7');
INSERT INTO "slots" VALUES('board:!team:localhost','!team:localhost','$posted8');
INSERT INTO "slots" VALUES('state:166853879212076','!team:localhost','$posted13');
CREATE TABLE space_people (
	organisation TEXT NOT NULL, 
	user TEXT NOT NULL, 
	has_left BOOLEAN NOT NULL, 
	CONSTRAINT pk_space_people PRIMARY KEY (organisation, user)
);
CREATE TABLE space_rooms (
	organisation TEXT NOT NULL, 
	room TEXT NOT NULL, 
	CONSTRAINT pk_space_rooms PRIMARY KEY (organisation, room)
);
CREATE TABLE spaces (
	organisation TEXT NOT NULL, 
	room TEXT NOT NULL, 
	CONSTRAINT pk_spaces PRIMARY KEY (organisation)
);
CREATE TABLE sync_tokens (
	device TEXT NOT NULL, 
	token TEXT NOT NULL, 
	turn INTEGER NOT NULL, 
	CONSTRAINT pk_sync_tokens PRIMARY KEY (device)
);
INSERT INTO "sync_tokens" VALUES('DEVICE','5',4);
CREATE TABLE tallies (
	mailbox TEXT NOT NULL, 
	status TEXT NOT NULL, 
	is_assigned BOOLEAN NOT NULL, 
	n INTEGER NOT NULL, 
	CONSTRAINT pk_tallies PRIMARY KEY (mailbox, status, is_assigned)
)
 WITHOUT ROWID

;
INSERT INTO "tallies" VALUES('contact@asso.example','active',0,0);
INSERT INTO "tallies" VALUES('contact@asso.example','active',1,1);
INSERT INTO "tallies" VALUES('contact@asso.example','pending',1,1);
CREATE TABLE timers (
	timer TEXT NOT NULL, 
	due BIGINT NOT NULL, 
	CONSTRAINT pk_timers PRIMARY KEY (timer)
);
INSERT INTO "timers" VALUES('board:!team:localhost',1795424563231000);
CREATE TABLE waiting_rooms (
	room TEXT NOT NULL, 
	inviter TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_waiting_rooms PRIMARY KEY (room)
);
CREATE INDEX ix_conversations_assignee ON conversations (assignee, status) WHERE assignee IS NOT NULL;
CREATE INDEX ix_conversations_changed ON conversations (mailbox, status, changed_at);
CREATE INDEX ix_conversations_correspondent ON conversations (mailbox, correspondent_key, id);
CREATE INDEX ix_conversations_root ON conversations (root) WHERE root IS NOT NULL;
CREATE INDEX ix_events_conversation ON events (conversation, at) WHERE conversation IS NOT NULL;
CREATE INDEX ix_events_kind ON events (conversation, kind, at) WHERE conversation IS NOT NULL;
CREATE INDEX ix_followers_conversation ON followers (conversation);
CREATE INDEX ix_history_conversation ON history (conversation, id);
CREATE INDEX ix_leases_owner ON leases (owner);
CREATE INDEX ix_mails_conversation ON mails (conversation, date, "row");
CREATE INDEX ix_mails_id_key ON mails (id_key);
CREATE INDEX ix_mails_newest ON mails (conversation, direction, date, "row");
CREATE INDEX ix_mails_place ON mails (mailbox, folder, uidvalidity, uid);
CREATE INDEX ix_mails_raw ON mails (raw);
CREATE INDEX ix_mails_sent ON mails (mailbox, date, state) WHERE state IS NOT NULL;
CREATE INDEX ix_mails_source ON mails (source) WHERE source IS NOT NULL;
CREATE INDEX ix_outbox_closed ON outbox (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX ix_outbox_due ON outbox (channel, due_at) WHERE state = 'open';
CREATE INDEX ix_outbox_key ON outbox ("key", id) WHERE "key" != '';
CREATE INDEX ix_outbox_lane ON outbox (lane, id) WHERE state IN ('open', 'sending');
CREATE INDEX ix_outbox_lane_sending ON outbox (lane) WHERE state = 'sending';
CREATE INDEX ix_outbox_order ON outbox (channel, priority, id) WHERE state = 'open';
CREATE INDEX ix_outbox_sending ON outbox (channel) WHERE state = 'sending';
CREATE INDEX ix_outbox_slot ON outbox (slot, id) WHERE state IN ('open', 'sending');
CREATE INDEX ix_reactions_conversation ON reactions (conversation, "key");
CREATE INDEX ix_seen_at ON seen (at) WHERE at IS NOT NULL;
CREATE INDEX ix_slots_room ON slots (room);
CREATE INDEX ix_timers_due ON timers (due);
CREATE INDEX ix_conversations_waiting ON conversations (mailbox, status, needs_nobody, waiting_since);
CREATE INDEX ix_questions_event ON questions (event);
CREATE INDEX ix_questions_person ON questions (conversation, person, at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('outbox',20);
COMMIT;
