BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0010');
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
	version INTEGER NOT NULL, needs_nobody BOOLEAN DEFAULT 0 NOT NULL, participants TEXT DEFAULT '[]' NOT NULL, heard INTEGER DEFAULT '0' NOT NULL, folded INTEGER DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_conversations PRIMARY KEY (id)
);
INSERT INTO "conversations" VALUES(1,'contact@asso.example','!team:localhost','Adhésion','Marie','marie@example.org','marie@example.org','pending','active','@alice:localhost','[]','unknown','je voudrais adhérer.',2,'[]',1795424400008000,1795424400000000,1795424489313000,'$posted0',3,0,'["marie@example.org"]',1,0);
INSERT INTO "conversations" VALUES(2,'contact@asso.example','!team:localhost','Facture','Marie','marie@example.org','marie@example.org','active','active','@alice:localhost','["@alice:localhost"]','unknown','voici la facture.',1,'[1]',1795424400013000,1795424400000000,1795424505399000,'$posted1',3,0,'["marie@example.org"]',1,0);
CREATE TABLE counters (
	name TEXT NOT NULL, 
	next INTEGER NOT NULL, 
	CONSTRAINT pk_counters PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('settings',1);
INSERT INTO "counters" VALUES('conversation',3);
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
INSERT INTO "events" VALUES('$posted0','!team:localhost','conversation',1,NULL,NULL,1795424400025000,'','');
INSERT INTO "events" VALUES('$posted1','!team:localhost','conversation',2,NULL,NULL,1795424400031000,'','');
INSERT INTO "events" VALUES('$posted2','!team:localhost','mail',1,NULL,227926715972744,1795424400046000,'','');
INSERT INTO "events" VALUES('$posted3','!team:localhost','mail',2,NULL,94668200471554,1795424400052000,'','');
INSERT INTO "events" VALUES('$posted6','!team:localhost','board',NULL,NULL,NULL,1795424416101000,'','');
INSERT INTO "events" VALUES('$team3','!team:localhost','note',1,'@alice:localhost',NULL,1795424400004000,'entre nous','');
INSERT INTO "events" VALUES('$posted9','!team:localhost','notice',1,NULL,NULL,1795424432198000,'','');
INSERT INTO "events" VALUES('$team7','!team:localhost','command',1,'@alice:localhost',NULL,1795424400008000,'Bonjour, **oui**.','');
INSERT INTO "events" VALUES('$posted12','!team:localhost','mail',1,NULL,97849760062364,1795424464289000,'','');
INSERT INTO "events" VALUES('$team9','!team:localhost','command',2,'@alice:localhost',NULL,1795424400010000,'Merci, et','');
INSERT INTO "events" VALUES('$posted16','!team:localhost','mail',2,NULL,3929186164548,1795424505406000,'','');
INSERT INTO "events" VALUES('$team11','!team:localhost','command',2,'@bob:localhost',NULL,1795424400012000,'Merci aussi','');
INSERT INTO "events" VALUES('$posted18','!team:localhost','question',2,NULL,27419092323734,1795424505441000,'','');
CREATE TABLE folder_cursors (
	mailbox TEXT NOT NULL, 
	folder TEXT NOT NULL, 
	uidvalidity INTEGER NOT NULL, 
	uid INTEGER NOT NULL, 
	floor BIGINT NOT NULL, 
	CONSTRAINT pk_folder_cursors PRIMARY KEY (mailbox, folder)
);
INSERT INTO "folder_cursors" VALUES('contact@asso.example','INBOX',1,2,0);
INSERT INTO "folder_cursors" VALUES('contact@asso.example','Sent',1,3,1795424400018000);
INSERT INTO "folder_cursors" VALUES('contact@asso.example','Junk',1,2,1795424400020000);
CREATE TABLE followers (
	user TEXT NOT NULL, 
	conversation INTEGER NOT NULL, mailbox TEXT DEFAULT '' NOT NULL, status TEXT DEFAULT '' NOT NULL, at BIGINT DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_followers PRIMARY KEY (user, conversation)
)
 WITHOUT ROWID

;
INSERT INTO "followers" VALUES('@alice:localhost',2,'contact@asso.example','active',1795424400000000);
CREATE TABLE history (
	id INTEGER NOT NULL, 
	conversation INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	actor TEXT, 
	action TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	CONSTRAINT pk_history PRIMARY KEY (id)
);
INSERT INTO "history" VALUES(1,1,1795424400008000,NULL,'history.opened','');
INSERT INTO "history" VALUES(2,2,1795424400013000,NULL,'history.opened','');
INSERT INTO "history" VALUES(3,1,1795424416136000,'@alice:localhost','history.assigned','@alice:localhost');
INSERT INTO "history" VALUES(4,2,1795424448227000,'@alice:localhost','history.followed','');
INSERT INTO "history" VALUES(5,1,1795424489313000,'@alice:localhost','history.replied','');
INSERT INTO "history" VALUES(6,2,1795424505399000,'@alice:localhost','history.assigned','@alice:localhost');
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
INSERT INTO "instance" VALUES('token','7f4d05cdf4e2');
INSERT INTO "instance" VALUES('run_mark','{"beat": 1, "at": "2026-11-23T09:00:00.003000+00:00"}');
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
INSERT INTO "mail_references" VALUES(X'034CA89B66DA0007E6C7E6524C002C1B367C49CD8BEE893F3812F7B64007095B',3929186164548);
INSERT INTO "mail_references" VALUES(X'337A39EEF521D1D8EEA6BF99E38BD0692FF6D8057387F25CE65D254D3DD38493',97849760062364);
CREATE TABLE mailbox_rooms (
	mailbox TEXT NOT NULL, 
	room TEXT NOT NULL, 
	CONSTRAINT pk_mailbox_rooms PRIMARY KEY (mailbox, room)
)
 WITHOUT ROWID

;
INSERT INTO "mailbox_rooms" VALUES('contact@asso.example','!team:localhost');
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
	detail TEXT NOT NULL, is_folded BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_mails PRIMARY KEY ("row")
);
INSERT INTO "mails" VALUES(3929186164548,2,'contact@asso.example','out',X'9EF8D449CF9BBA9E7953BF4495DD2054ED4A36C5491E5FA70728B29BD325F0DA','{"message_id":"0392d5bedf44ffe9464e58ac4b5bc324aa2a66@asso.example","in_reply_to":["b1@example.org"],"references":["b1@example.org"],"from_":[{"name":"Mon Asso","address":"contact@asso.example"}],"reply_to":[],"to":[{"name":"Marie","address":"marie@example.org"}],"cc":[],"attachments":[],"recipients":["marie@example.org"],"files":[],"quotes":[94668200471554],"took_over":true,"state_before":null,"has_left":false,"failed":[],"original_from":[],"heard":1,"sameness":"d0c49cc423bfec3671d85c2933e34203","is_apart":false}','Facture',1795424505399000,'Merci, et','81aafe59d0b0d8c2e0e7aed99220edfddb69f35c70a9559904f844b0f332b980','',0,0,'$posted16',0,'@alice:localhost','$team9','queued','',0);
INSERT INTO "mails" VALUES(94668200471554,2,'contact@asso.example','in',X'034CA89B66DA0007E6C7E6524C002C1B367C49CD8BEE893F3812F7B64007095B','{"message_id":"b1@example.org","in_reply_to":[],"references":[],"from_":[{"name":"Marie","address":"marie@example.org"}],"reply_to":[],"to":[{"name":"","address":"contact@asso.example"}],"cc":[],"attachments":[],"recipients":[],"files":[],"quotes":[],"took_over":false,"state_before":null,"has_left":false,"failed":[],"original_from":[],"heard":1,"sameness":"5de0d9cd304898a0f31580197e998033","is_apart":false}','Facture',1795424400000000,'Bonjour,

voici la facture.','6c5cef35372e937f82d3dd3258fa2a4583bb03816edf25b9c76eabf9e97c0f11','INBOX',1,2,'$posted3',0,NULL,NULL,NULL,'',0);
INSERT INTO "mails" VALUES(97849760062364,1,'contact@asso.example','out',X'A73E003063DAB7C2C195D8AA272C9F5EE1C6D18FF7CD6C75CE517533AD1F36D5','{"message_id":"58fe6c309b9ce95d9f091a06c20da85c7a324a@asso.example","in_reply_to":["a1@example.org"],"references":["a1@example.org"],"from_":[{"name":"Mon Asso","address":"contact@asso.example"}],"reply_to":[],"to":[{"name":"Marie","address":"marie@example.org"}],"cc":[],"attachments":[],"recipients":[],"files":[],"quotes":[227926715972744],"took_over":false,"state_before":null,"has_left":true,"failed":[],"original_from":[],"heard":1,"sameness":"c650f00006d444a6927bb52f12e8c24c","is_apart":false}','Adhésion',1795424464283000,'Bonjour, **oui**.','e425fc341b571ef311f1312d5b0b42497424e25f850449a39f5400d5ceca6da0','Sent',1,3,'$posted12',0,'@alice:localhost','$team7','sent','250 2.0.0 queued',0);
INSERT INTO "mails" VALUES(227926715972744,1,'contact@asso.example','in',X'337A39EEF521D1D8EEA6BF99E38BD0692FF6D8057387F25CE65D254D3DD38493','{"message_id":"a1@example.org","in_reply_to":[],"references":[],"from_":[{"name":"Marie","address":"marie@example.org"}],"reply_to":[],"to":[{"name":"","address":"contact@asso.example"}],"cc":[],"attachments":[],"recipients":[],"files":[],"quotes":[],"took_over":false,"state_before":null,"has_left":false,"failed":[],"original_from":[],"heard":1,"sameness":"8fe62ed519fc332c8903c2c12c6d76ac","is_apart":false}','Adhésion',1795424400000000,'Bonjour,

je voudrais adhérer.','703d882a15c5b6a443b548e2b89506d0f985f182be4420cbd4c9c4be144496fb','INBOX',1,1,'$posted2',0,NULL,NULL,NULL,'',0);
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
, whose TEXT DEFAULT '' NOT NULL, turn INTEGER DEFAULT 0 NOT NULL, run TEXT DEFAULT '' NOT NULL);
INSERT INTO "outbox" VALUES(1,'SendEvent','chat','',2,'card:1','card:1',NULL,1,NULL,'conversation','done',1,0,1795424400009000,1795424400009000,1795424400024000,1795424400028000,'','$posted0','','','contact@asso.example',0,'f9565e58');
INSERT INTO "outbox" VALUES(2,'SendEvent','chat','conversation:1',2,'','',1,1,227926715972744,'mail','done',1,0,1795424400009000,1795424400009000,1795424400045000,1795424400049000,'','$posted2','','','contact@asso.example',1,'f9565e58');
INSERT INTO "outbox" VALUES(3,'SendEvent','chat','',2,'card:2','card:2',NULL,2,NULL,'conversation','done',1,0,1795424400014000,1795424400014000,1795424400024000,1795424400034000,'','$posted1','','','contact@asso.example',2,'f9565e58');
INSERT INTO "outbox" VALUES(4,'SendEvent','chat','conversation:2',2,'','',2,2,94668200471554,'mail','done',1,0,1795424400014000,1795424400014000,1795424400045000,1795424400055000,'','$posted3','','','contact@asso.example',3,'f9565e58');
INSERT INTO "outbox" VALUES(5,'SendEvent','chat','',5,'','',NULL,1,227926715972744,NULL,'done',1,0,1795424400049000,1795424400049000,1795424400066000,1795424400070000,'','$posted4','','','contact@asso.example',0,'f9565e58');
INSERT INTO "outbox" VALUES(6,'SendEvent','chat','',5,'','',NULL,2,94668200471554,NULL,'done',1,0,1795424400055000,1795424400055000,1795424400066000,1795424400076000,'','$posted5','','','contact@asso.example',1,'f9565e58');
INSERT INTO "outbox" VALUES(7,'SendEvent','chat','',4,'board:!team:localhost','board:!team:localhost',NULL,NULL,NULL,'board','done',1,0,1795424416097000,1795424416097000,1795424416100000,1795424416104000,'','$posted6','','','!team:localhost',0,'f9565e58');
INSERT INTO "outbox" VALUES(8,'PinEvent','chat','',4,'','',NULL,NULL,NULL,NULL,'done',1,0,1795424416104000,1795424416104000,1795424416114000,1795424416118000,'','','','','!team:localhost',1,'f9565e58');
INSERT INTO "outbox" VALUES(9,'SendEvent','chat','',1,'card:1','card:1',NULL,1,NULL,'conversation','done',1,0,1795424416137000,1795424416137000,1795424416142000,1795424416146000,'','$posted7','','','contact@asso.example',0,'f9565e58');
INSERT INTO "outbox" VALUES(10,'SendEvent','chat','',4,'board:!team:localhost','board:!team:localhost',NULL,NULL,NULL,'board','done',1,0,1795424432167000,1795424432167000,1795424432170000,1795424432174000,'','$posted8','','','!team:localhost',2,'f9565e58');
INSERT INTO "outbox" VALUES(11,'SendEvent','chat','',0,'','',1,1,NULL,'notice','done',1,0,1795424432193000,1795424432193000,1795424432197000,1795424432201000,'','$posted9','','','contact@asso.example',0,'f9565e58');
INSERT INTO "outbox" VALUES(12,'SendEvent','chat','',1,'card:2','card:2',NULL,2,NULL,'conversation','done',1,0,1795424448228000,1795424448228000,1795424448233000,1795424448237000,'','$posted10','','','contact@asso.example',1,'f9565e58');
INSERT INTO "outbox" VALUES(13,'SendEvent','chat','',4,'board:!team:localhost','board:!team:localhost',NULL,NULL,NULL,'board','done',1,0,1795424464258000,1795424464258000,1795424464261000,1795424464265000,'','$posted11','','','!team:localhost',3,'f9565e58');
INSERT INTO "outbox" VALUES(14,'Submit','smtp:contact@asso.example','out:1',1,'submit:97849760062364','',NULL,1,97849760062364,NULL,'done',1,0,1795424484284000,1795424464284000,1795424489310000,1795424489314000,'data','250 2.0.0 queued','','','contact@asso.example',0,'f9565e58');
INSERT INTO "outbox" VALUES(15,'SendEvent','chat','',1,'state:97849760062364','state:97849760062364',1,1,97849760062364,'mail','done',1,0,1795424464284000,1795424464284000,1795424464288000,1795424464292000,'','$posted12','','','contact@asso.example',2,'f9565e58');
INSERT INTO "outbox" VALUES(16,'AppendSent','imap:contact@asso.example','server:97849760062364',2,'','',NULL,1,97849760062364,NULL,'done',1,0,1795424489314000,1795424489314000,1795424489325000,1795424489341000,'','1','','','contact@asso.example',0,'f9565e58');
INSERT INTO "outbox" VALUES(17,'AddFlag','imap:contact@asso.example','server:227926715972744',2,'','',NULL,1,227926715972744,NULL,'done',1,0,1795424489314000,1795424489314000,1795424489325000,1795424489347000,'','','','','contact@asso.example',1,'f9565e58');
INSERT INTO "outbox" VALUES(18,'SendEvent','chat','',1,'state:97849760062364','state:97849760062364',1,1,97849760062364,'mail','done',1,0,1795424489314000,1795424489314000,1795424489325000,1795424489329000,'','$posted13','','','contact@asso.example',3,'f9565e58');
INSERT INTO "outbox" VALUES(19,'SendEvent','chat','',1,'card:1','card:1',NULL,1,NULL,'conversation','done',1,0,1795424489314000,1795424489314000,1795424489325000,1795424489335000,'','$posted14','','','contact@asso.example',4,'f9565e58');
INSERT INTO "outbox" VALUES(20,'SendEvent','chat','',4,'board:!team:localhost','board:!team:localhost',NULL,NULL,NULL,'board','done',1,0,1795424505374000,1795424505374000,1795424505377000,1795424505381000,'','$posted15','','','!team:localhost',4,'f9565e58');
INSERT INTO "outbox" VALUES(21,'Submit','smtp:contact@asso.example','out:2',1,'submit:3929186164548','',NULL,2,3929186164548,NULL,'open',0,0,1795424525400000,1795424505400000,NULL,NULL,'','','','','contact@asso.example',1,'f9565e58');
INSERT INTO "outbox" VALUES(22,'SendEvent','chat','',1,'state:3929186164548','state:3929186164548',2,2,3929186164548,'mail','done',1,0,1795424505400000,1795424505400000,1795424505405000,1795424505409000,'','$posted16','','','contact@asso.example',5,'f9565e58');
INSERT INTO "outbox" VALUES(23,'SendEvent','chat','',1,'card:2','card:2',NULL,2,NULL,'conversation','done',1,0,1795424505400000,1795424505400000,1795424505405000,1795424505415000,'','$posted17','','','contact@asso.example',6,'f9565e58');
INSERT INTO "outbox" VALUES(24,'SendEvent','chat','',0,'','',2,2,27419092323734,'question','done',1,0,1795424505435000,1795424505435000,1795424505440000,1795424505444000,'','$posted18','','','contact@asso.example',1,'f9565e58');
CREATE TABLE outbox_calls (
	id INTEGER NOT NULL, 
	call TEXT NOT NULL, 
	CONSTRAINT pk_outbox_calls PRIMARY KEY (id)
);
INSERT INTO "outbox_calls" VALUES(1,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#1 · 🟢 Adhésion\\nMarie <marie@example.org> · 1 ✉️ · je voudrais adhérer.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>🟢 #1 · Adhésion</b> <br>Marie &lt;marie@example.org&gt; · 1 ✉️ <br><i>je voudrais adhérer.</i>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"conversation\",\"conversation\":1,\"status\":\"active\",\"assignee\":null,\"mailbox\":\"contact@asso.example\",\"message_id\":\"a1@example.org\"}}","thread_of":null,"reply_to":null,"slot":"card:1","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":""}');
INSERT INTO "outbox_calls" VALUES(2,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"#1 · ✉️ Marie:\\nBonjour,\\n\\nje voudrais adhérer.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"✉️ #1 · <b>Marie</b>: <p>Bonjour,</p><p>je voudrais adhérer.</p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"mail\",\"conversation\":1,\"message_id\":\"a1@example.org\",\"direction\":\"in\"}}","thread_of":1,"reply_to":null,"slot":"","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"m.text"}');
INSERT INTO "outbox_calls" VALUES(3,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#2 · 🟢 Facture\\nMarie <marie@example.org> · 1 ✉️ · also #1 · voici la facture.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>🟢 #2 · Facture</b> <br>Marie &lt;marie@example.org&gt; · 1 ✉️ · also #1 <br><i>voici la facture.</i>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"conversation\",\"conversation\":2,\"status\":\"active\",\"assignee\":null,\"mailbox\":\"contact@asso.example\",\"message_id\":\"b1@example.org\"}}","thread_of":null,"reply_to":null,"slot":"card:2","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":""}');
INSERT INTO "outbox_calls" VALUES(4,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"#2 · ✉️ Marie:\\nBonjour,\\n\\nvoici la facture.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"✉️ #2 · <b>Marie</b>: <p>Bonjour,</p><p>voici la facture.</p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"mail\",\"conversation\":2,\"message_id\":\"b1@example.org\",\"direction\":\"in\"}}","thread_of":2,"reply_to":null,"slot":"","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"m.text"}');
INSERT INTO "outbox_calls" VALUES(5,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#1 · ✉️ Marie:\\nBonjour,\\n\\nje voudrais adhérer.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"✉️ #1 · <b>Marie</b>: <p>Bonjour,</p><p>je voudrais adhérer.</p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"mail\",\"conversation\":1,\"message_id\":\"a1@example.org\",\"direction\":\"in\"}}","thread_of":null,"reply_to":null,"slot":"","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":"$posted2","becomes":""}');
INSERT INTO "outbox_calls" VALUES(6,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#2 · ✉️ Marie:\\nBonjour,\\n\\nvoici la facture.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"✉️ #2 · <b>Marie</b>: <p>Bonjour,</p><p>voici la facture.</p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"mail\",\"conversation\":2,\"message_id\":\"b1@example.org\",\"direction\":\"in\"}}","thread_of":null,"reply_to":null,"slot":"","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":"$posted3","becomes":""}');
INSERT INTO "outbox_calls" VALUES(7,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"To do: 2 · nobody’s: 2 · pending: 0\\nNobody’s\\n#2 Marie · Facture · 23 Nov 10:00\\n#1 Marie · Adhésion · 23 Nov 10:00\\nTo answer: !reply … in the thread. All else: !help\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>To do: 2 · nobody’s: 2 · pending: 0</b> <p><b>Nobody’s</b></p> <ul><li><a href=\\\"https://matrix.to/#/!team:localhost/$posted1?via=localhost\\\">#2</a> Marie · Facture · 23 Nov 10:00</li> <li><a href=\\\"https://matrix.to/#/!team:localhost/$posted0?via=localhost\\\">#1</a> Marie · Adhésion · 23 Nov 10:00</li></ul> <p>To answer: <code>!reply …</code> in the thread. All else: <code>!help</code></p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"board\"}}","thread_of":null,"reply_to":null,"slot":"board:!team:localhost","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":""}');
INSERT INTO "outbox_calls" VALUES(8,'{"room":"!team:localhost","event":"$posted6"}');
INSERT INTO "outbox_calls" VALUES(9,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#1 · 🟢 Adhésion\\nMarie <marie@example.org> · Alice · 1 ✉️ · je voudrais adhérer.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>🟢 #1 · Adhésion</b> <br>Marie &lt;marie@example.org&gt; · <a href=\\\"https://matrix.to/#/@alice:localhost\\\">Alice</a> · 1 ✉️ <br><i>je voudrais adhérer.</i>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"conversation\",\"conversation\":1,\"status\":\"active\",\"assignee\":\"@alice:localhost\",\"mailbox\":\"contact@asso.example\"}}","thread_of":null,"reply_to":null,"slot":"card:1","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":""}');
INSERT INTO "outbox_calls" VALUES(10,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"To do: 2 · nobody’s: 1 · pending: 0\\nNobody’s\\n#2 Marie · Facture · 23 Nov 10:00\\nAlice\\n#1 Marie · Adhésion · 23 Nov 10:00\\nTo answer: !reply … in the thread. All else: !help\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>To do: 2 · nobody’s: 1 · pending: 0</b> <p><b>Nobody’s</b></p> <ul><li><a href=\\\"https://matrix.to/#/!team:localhost/$posted1?via=localhost\\\">#2</a> Marie · Facture · 23 Nov 10:00</li></ul> <p><b><a href=\\\"https://matrix.to/#/@alice:localhost\\\">Alice</a></b></p> <ul><li><a href=\\\"https://matrix.to/#/!team:localhost/$posted0?via=localhost\\\">#1</a> Marie · Adhésion · 23 Nov 10:00</li></ul> <p>To answer: <code>!reply …</code> in the thread. All else: <code>!help</code></p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"board\"}}","thread_of":null,"reply_to":null,"slot":"board:!team:localhost","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":""}');
INSERT INTO "outbox_calls" VALUES(11,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"#1 · This stays among you. To send it: 📤 on your message, or !reply …\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"#1 · This stays among you. To send it: 📤 on your message, or <code>!reply …</code>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"notice\",\"conversation\":1}}","thread_of":1,"reply_to":"$team3","slot":"","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":""}');
INSERT INTO "outbox_calls" VALUES(12,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#2 · 🟢 Facture\\nMarie <marie@example.org> · 1 ✉️ · also #1 · voici la facture.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>🟢 #2 · Facture</b> <br>Marie &lt;marie@example.org&gt; · 1 ✉️ · also <a href=\\\"https://matrix.to/#/!team:localhost/$posted0?via=localhost\\\">#1</a> <br><i>voici la facture.</i>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"conversation\",\"conversation\":2,\"status\":\"active\",\"assignee\":null,\"mailbox\":\"contact@asso.example\"}}","thread_of":null,"reply_to":null,"slot":"card:2","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":""}');
INSERT INTO "outbox_calls" VALUES(13,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"To do: 2 · nobody’s: 1 · pending: 0\\nNobody’s\\n#2 Marie · Facture · 23 Nov 10:00\\nAlice\\n#1 Marie · Adhésion · 23 Nov 10:00\\nTo answer: !reply … in the thread. All else: !help\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>To do: 2 · nobody’s: 1 · pending: 0</b> <p><b>Nobody’s</b></p> <ul><li><a href=\\\"https://matrix.to/#/!team:localhost/$posted1?via=localhost\\\">#2</a> Marie · Facture · 23 Nov 10:00</li></ul> <p><b><a href=\\\"https://matrix.to/#/@alice:localhost\\\">Alice</a></b></p> <ul><li><a href=\\\"https://matrix.to/#/!team:localhost/$posted0?via=localhost\\\">#1</a> Marie · Adhésion · 23 Nov 10:00</li></ul> <p>To answer: <code>!reply …</code> in the thread. All else: <code>!help</code></p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"board\"}}","thread_of":null,"reply_to":null,"slot":"board:!team:localhost","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":""}');
INSERT INTO "outbox_calls" VALUES(14,'{"mailbox":"contact@asso.example","row":97849760062364,"sender":"contact@asso.example","recipients":["marie@example.org"],"raw":"e425fc341b571ef311f1312d5b0b42497424e25f850449a39f5400d5ceca6da0"}');
INSERT INTO "outbox_calls" VALUES(15,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"#1 · ⏳ To marie@example.org from Mon Asso, leaves at 10:01:24. !undo or delete your message to cancel.\\n\\nBonjour, **oui**.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"⏳ #1 · To <b>marie@example.org</b> from <b>Mon Asso</b>, leaves at 10:01:24. <code>!undo</code> or delete your message to cancel. <details><summary>The words</summary><p>Bonjour, <strong>oui</strong>.</p></details>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"mail\",\"conversation\":1,\"message_id\":\"58fe6c309b9ce95d9f091a06c20da85c7a324a@asso.example\",\"direction\":\"out\",\"state\":\"queued\"}}","thread_of":1,"reply_to":"$team7","slot":"state:97849760062364","uploads":[],"in_clear":false,"is_falling_back":true,"is_new":false,"under":null,"edits":null,"becomes":""}');
INSERT INTO "outbox_calls" VALUES(16,'{"mailbox":"contact@asso.example","row":97849760062364,"raw":"e425fc341b571ef311f1312d5b0b42497424e25f850449a39f5400d5ceca6da0","date":"2026-11-23T09:01:04.283000+00:00"}');
INSERT INTO "outbox_calls" VALUES(17,'{"mailbox":"contact@asso.example","folder":"INBOX","uidvalidity":1,"uid":1,"flag":"\\Answered"}');
INSERT INTO "outbox_calls" VALUES(18,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"#1 · ✅ Sent to marie@example.org, 10:01 · pending\\n\\nBonjour, **oui**.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"✅ #1 · Sent to <b>marie@example.org</b>, 10:01 · pending <details><summary>The words</summary><p>Bonjour, <strong>oui</strong>.</p></details>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"mail\",\"conversation\":1,\"message_id\":\"58fe6c309b9ce95d9f091a06c20da85c7a324a@asso.example\",\"direction\":\"out\",\"state\":\"sent\"}}","thread_of":1,"reply_to":"$team7","slot":"state:97849760062364","uploads":[],"in_clear":false,"is_falling_back":true,"is_new":false,"under":null,"edits":null,"becomes":""}');
INSERT INTO "outbox_calls" VALUES(19,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#1 · ⏳ Adhésion\\nMarie <marie@example.org> · Alice · 2 ✉️ · je voudrais adhérer.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>⏳ #1 · Adhésion</b> <br>Marie &lt;marie@example.org&gt; · <a href=\\\"https://matrix.to/#/@alice:localhost\\\">Alice</a> · 2 ✉️ <br><i>je voudrais adhérer.</i>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"conversation\",\"conversation\":1,\"status\":\"pending\",\"assignee\":\"@alice:localhost\",\"mailbox\":\"contact@asso.example\"}}","thread_of":null,"reply_to":null,"slot":"card:1","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":""}');
INSERT INTO "outbox_calls" VALUES(20,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"To do: 1 · nobody’s: 1 · pending: 1\\nNobody’s\\n#2 Marie · Facture · 23 Nov 10:00\\n⏳ 1 pending: !list pending\\nTo answer: !reply … in the thread. All else: !help\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>To do: 1 · nobody’s: 1 · pending: 1</b> <p><b>Nobody’s</b></p> <ul><li><a href=\\\"https://matrix.to/#/!team:localhost/$posted1?via=localhost\\\">#2</a> Marie · Facture · 23 Nov 10:00</li></ul> <p>⏳ 1 pending: <code>!list pending</code> <br>To answer: <code>!reply …</code> in the thread. All else: <code>!help</code></p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"board\"}}","thread_of":null,"reply_to":null,"slot":"board:!team:localhost","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":""}');
INSERT INTO "outbox_calls" VALUES(21,'{"mailbox":"contact@asso.example","row":3929186164548,"sender":"contact@asso.example","recipients":["marie@example.org"],"raw":"81aafe59d0b0d8c2e0e7aed99220edfddb69f35c70a9559904f844b0f332b980"}');
INSERT INTO "outbox_calls" VALUES(22,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"#2 · ⏳ To marie@example.org from Mon Asso, leaves at 10:02:05. !undo or delete your message to cancel.\\n\\nMerci, et\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"⏳ #2 · To <b>marie@example.org</b> from <b>Mon Asso</b>, leaves at 10:02:05. <code>!undo</code> or delete your message to cancel. <details><summary>The words</summary><p>Merci, et</p></details>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"mail\",\"conversation\":2,\"message_id\":\"0392d5bedf44ffe9464e58ac4b5bc324aa2a66@asso.example\",\"direction\":\"out\",\"state\":\"queued\"}}","thread_of":2,"reply_to":"$team9","slot":"state:3929186164548","uploads":[],"in_clear":false,"is_falling_back":true,"is_new":false,"under":null,"edits":null,"becomes":""}');
INSERT INTO "outbox_calls" VALUES(23,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#2 · 🟢 Facture\\nMarie <marie@example.org> · Alice · 1 ✉️ · also #1 · voici la facture.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>🟢 #2 · Facture</b> <br>Marie &lt;marie@example.org&gt; · <a href=\\\"https://matrix.to/#/@alice:localhost\\\">Alice</a> · 1 ✉️ · also <a href=\\\"https://matrix.to/#/!team:localhost/$posted0?via=localhost\\\">#1</a> <br><i>voici la facture.</i>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"conversation\",\"conversation\":2,\"status\":\"active\",\"assignee\":\"@alice:localhost\",\"mailbox\":\"contact@asso.example\"}}","thread_of":null,"reply_to":null,"slot":"card:2","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":""}');
INSERT INTO "outbox_calls" VALUES(24,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"#2 · Alice has just answered here. Look at it.\\nTo send yours all the same, repeat the command or put ✅ on this message.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"#2 · <a href=\\\"https://matrix.to/#/@alice:localhost\\\">Alice</a> has just answered here. Look at it. <br>To send yours all the same, repeat the command or put ✅ on this message.\",\"m.mentions\":{\"user_ids\":[\"@bob:localhost\"]},\"org.postroom\":{\"kind\":\"receipt\",\"conversation\":2}}","thread_of":2,"reply_to":"$team11","slot":"","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":""}');
CREATE TABLE own_posts (
	event TEXT NOT NULL, 
	room TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	conversation INTEGER, 
	message_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	state TEXT NOT NULL, 
	CONSTRAINT pk_own_posts PRIMARY KEY (event)
);
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
INSERT INTO "questions" VALUES(27419092323734,2,'@bob:localhost','$team11',1795424505434000,0,'{"row":27419092323734,"conversation":2,"person":"@bob:localhost","event":"$team11","text":"Merci aussi","files":[],"to":[{"name":"Marie","address":"marie@example.org"}],"cc":[],"newest":[94668200471554,3929186164548],"at":"2026-11-23T09:01:45.434000Z","is_used":false}');
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
CREATE TABLE room_readers (
	room TEXT NOT NULL, 
	user TEXT NOT NULL, 
	CONSTRAINT pk_room_readers PRIMARY KEY (room, user)
)
 WITHOUT ROWID

;
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
INSERT INTO "seen" VALUES('event:!team:localhost:$team1',1795424416139000);
INSERT INTO "seen" VALUES('event:!team:localhost:$team11',1795424505437000);
INSERT INTO "seen" VALUES('event:!team:localhost:$team3',1795424432195000);
INSERT INTO "seen" VALUES('event:!team:localhost:$team5',1795424448230000);
INSERT INTO "seen" VALUES('event:!team:localhost:$team7',1795424464286000);
INSERT INTO "seen" VALUES('event:!team:localhost:$team9',1795424505402000);
INSERT INTO "seen" VALUES('mail:contact@asso.example:INBOX:1:1:1795424400',NULL);
INSERT INTO "seen" VALUES('mail:contact@asso.example:INBOX:1:2:1795424400',NULL);
INSERT INTO "seen" VALUES('mail:contact@asso.example:Sent:1:3:1795424464',NULL);
INSERT INTO "seen" VALUES('receipt:10:1',1795424432176000);
INSERT INTO "seen" VALUES('receipt:11:1',1795424432203000);
INSERT INTO "seen" VALUES('receipt:12:1',1795424448239000);
INSERT INTO "seen" VALUES('receipt:13:1',1795424464267000);
INSERT INTO "seen" VALUES('receipt:14:1',1795424489316000);
INSERT INTO "seen" VALUES('receipt:15:1',1795424464294000);
INSERT INTO "seen" VALUES('receipt:16:1',1795424489343000);
INSERT INTO "seen" VALUES('receipt:17:1',1795424489349000);
INSERT INTO "seen" VALUES('receipt:18:1',1795424489331000);
INSERT INTO "seen" VALUES('receipt:19:1',1795424489337000);
INSERT INTO "seen" VALUES('receipt:1:1',1795424400030000);
INSERT INTO "seen" VALUES('receipt:20:1',1795424505383000);
INSERT INTO "seen" VALUES('receipt:22:1',1795424505411000);
INSERT INTO "seen" VALUES('receipt:23:1',1795424505417000);
INSERT INTO "seen" VALUES('receipt:24:1',1795424505446000);
INSERT INTO "seen" VALUES('receipt:2:1',1795424400051000);
INSERT INTO "seen" VALUES('receipt:3:1',1795424400036000);
INSERT INTO "seen" VALUES('receipt:4:1',1795424400057000);
INSERT INTO "seen" VALUES('receipt:5:1',1795424400072000);
INSERT INTO "seen" VALUES('receipt:6:1',1795424400078000);
INSERT INTO "seen" VALUES('receipt:7:1',1795424416106000);
INSERT INTO "seen" VALUES('receipt:8:1',1795424416120000);
INSERT INTO "seen" VALUES('receipt:9:1',1795424416148000);
INSERT INTO "seen" VALUES('timer:board:!team:localhost:1795424415.008',1795424416099000);
INSERT INTO "seen" VALUES('timer:board:!team:localhost:1795424431.136',1795424432169000);
INSERT INTO "seen" VALUES('timer:board:!team:localhost:1795424463.227',1795424464260000);
INSERT INTO "seen" VALUES('timer:board:!team:localhost:1795424504.313',1795424505376000);
CREATE TABLE settings (
	scope TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	"by" TEXT, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_settings PRIMARY KEY (scope, "key")
)
 WITHOUT ROWID

;
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
INSERT INTO "slots" VALUES('newest:!team:localhost','!team:localhost','$posted1');
INSERT INTO "slots" VALUES('card:1','!team:localhost','$posted0');
INSERT INTO "slots" VALUES('card:2','!team:localhost','$posted1');
INSERT INTO "slots" VALUES('board:!team:localhost','!team:localhost','$posted6');
INSERT INTO "slots" VALUES('hinted:@alice:localhost','!team:localhost','$team3');
INSERT INTO "slots" VALUES('state:97849760062364','!team:localhost','$posted12');
INSERT INTO "slots" VALUES('state:3929186164548','!team:localhost','$posted16');
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
INSERT INTO "sync_tokens" VALUES('DEVICE','6',7);
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
INSERT INTO "timers" VALUES('board:!team:localhost',1795424520399000);
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
CREATE INDEX ix_outbox_sending ON outbox (channel) WHERE state = 'sending';
CREATE INDEX ix_outbox_slot ON outbox (slot, id) WHERE state IN ('open', 'sending');
CREATE INDEX ix_reactions_conversation ON reactions (conversation, "key");
CREATE INDEX ix_seen_at ON seen (at) WHERE at IS NOT NULL;
CREATE INDEX ix_slots_room ON slots (room);
CREATE INDEX ix_timers_due ON timers (due);
CREATE INDEX ix_conversations_waiting ON conversations (mailbox, status, needs_nobody, waiting_since);
CREATE INDEX ix_questions_event ON questions (event);
CREATE INDEX ix_questions_person ON questions (conversation, person, at);
CREATE INDEX ix_outbox_order ON outbox (channel, priority, turn, id) WHERE state = 'open';
CREATE INDEX ix_outbox_turns ON outbox (channel, priority, whose, turn);
CREATE INDEX ix_outbox_tried ON outbox (channel, priority, turn) WHERE attempt > 0;
CREATE INDEX ix_followers_list ON followers (user, mailbox, status, at);
CREATE INDEX ix_mails_folded ON mails (conversation, date) WHERE is_folded;
CREATE INDEX ix_own_posts_message_id ON own_posts (message_id);
CREATE INDEX ix_own_posts_conversation_kind ON own_posts (conversation, kind);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('outbox',24);
COMMIT;
