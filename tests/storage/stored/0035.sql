BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0035');
CREATE TABLE blocked (
	mailbox TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	said TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	event TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_blocked PRIMARY KEY (mailbox, "key")
)
 WITHOUT ROWID

;
CREATE TABLE canned (
	mailbox TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	name TEXT NOT NULL, 
	text TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	source TEXT NOT NULL, 
	"before" TEXT NOT NULL, 
	CONSTRAINT pk_canned PRIMARY KEY (mailbox, "key")
)
 WITHOUT ROWID

;
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
	version INTEGER NOT NULL, needs_nobody BOOLEAN DEFAULT 0 NOT NULL, participants TEXT DEFAULT '[]' NOT NULL, heard INTEGER DEFAULT '0' NOT NULL, folded INTEGER DEFAULT 0 NOT NULL, wishes TEXT DEFAULT '{}' NOT NULL, draft TEXT, tags TEXT DEFAULT '[]' NOT NULL, mailed_subject TEXT, snoozed_until BIGINT, snoozed_by TEXT, starred TEXT DEFAULT '[]' NOT NULL, goes_on_as INTEGER, continues INTEGER, note TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_conversations PRIMARY KEY (id)
);
INSERT INTO "conversations" VALUES(1,'contact@asso.example','!team:localhost','Adhésion','Marie','marie@example.org','marie@example.org','pending','active','@alice:localhost','[]','unknown','une question.',2,'[]',1795424400009000,1795424400000000,1795424489415000,'$posted0',4,0,'["marie@example.org"]',1,0,'{"cc":[],"bcc":[],"without":[],"author_alone":false,"sender":"","customer":null,"customer_after":0}',NULL,'[]',NULL,NULL,NULL,'[]',NULL,NULL,'');
INSERT INTO "conversations" VALUES(2,'contact@asso.example','!team:localhost','Facture','Marie','marie@example.org','marie@example.org','active','active','@alice:localhost','["@alice:localhost"]','unknown','une question.',1,'[1]',1795424416117000,1795424400000000,1795424521586000,'$posted4',3,0,'["marie@example.org"]',1,0,'{"cc":[],"bcc":[],"without":[],"author_alone":false,"sender":"","customer":null,"customer_after":0}',NULL,'[]',NULL,NULL,NULL,'[]',NULL,NULL,'');
CREATE TABLE counters (
	name TEXT NOT NULL, 
	next INTEGER NOT NULL, 
	CONSTRAINT pk_counters PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('settings',3);
INSERT INTO "counters" VALUES('conversation',3);
CREATE TABLE deeds (
	event TEXT NOT NULL, 
	conversation INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	deed TEXT NOT NULL, 
	CONSTRAINT pk_deeds PRIMARY KEY (event, conversation)
);
CREATE TABLE dialogues (
	id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	room TEXT NOT NULL, 
	thread TEXT, 
	person TEXT NOT NULL, 
	about TEXT, 
	hears BOOLEAN NOT NULL, 
	state TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	expires_at BIGINT NOT NULL, takes_secrets BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_dialogues PRIMARY KEY (id)
);
INSERT INTO "dialogues" VALUES(189830986750486,'new_password','!config:localhost','$team11','@alice:localhost',NULL,1,'{"mailbox":"contact@asso.example","at":"2026-11-23T09:01:45.511000Z","phase":"asked","secret":null,"imap":null,"smtp":null,"begun":"2026-11-23T09:01:45.511000Z"}',1,1795425405511000,1);
INSERT INTO "dialogues" VALUES(193266983134870,'new_password','!config:localhost','$team1','@alice:localhost',NULL,1,'{"mailbox":"contact@asso.example","at":"2026-11-23T09:00:32.259000Z","phase":"over","secret":null,"imap":null,"smtp":null,"begun":"2026-11-23T09:00:32.214000Z"}',4,1796029232259000,1);
INSERT INTO "dialogues" VALUES(217990561630891,'confirm_send','!team:localhost',NULL,'@bob:localhost','$team17',1,'{"row":217990561630891,"conversation":2,"person":"@bob:localhost","event":"$team17","text":"Merci aussi","files":[],"to":[{"name":"Marie","address":"marie@example.org"}],"cc":[],"newest":[94668200471554,161077579253318],"at":"2026-11-23T09:02:01.624000Z","stage":"open","is_apart":true,"bcc":[],"under":null,"of_draft":false,"leaves_at":null}',1,1795425421624000,0);
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
	file TEXT NOT NULL, edit TEXT, 
	CONSTRAINT pk_events PRIMARY KEY (event, room)
);
INSERT INTO "events" VALUES('$posted0','!team:localhost','conversation',1,NULL,NULL,1795424400021000,'','',NULL);
INSERT INTO "events" VALUES('$posted1','!team:localhost','mail',1,NULL,227926715972744,1795424400037000,'','',NULL);
INSERT INTO "events" VALUES('$posted3','!team:localhost','board',NULL,NULL,NULL,1795424416083000,'','',NULL);
INSERT INTO "events" VALUES('$posted4','!team:localhost','conversation',2,NULL,NULL,1795424416129000,'','',NULL);
INSERT INTO "events" VALUES('$posted5','!team:localhost','mail',2,NULL,94668200471554,1795424416145000,'','',NULL);
INSERT INTO "events" VALUES('$team3','!config:localhost','secret',NULL,'@alice:localhost',NULL,1795424400004000,'','',NULL);
INSERT INTO "events" VALUES('$posted8','!config:localhost','answer',NULL,NULL,NULL,1795424432227000,'','',NULL);
INSERT INTO "events" VALUES('$posted9','!config:localhost','answer',NULL,NULL,NULL,1795424432241000,'','',NULL);
INSERT INTO "events" VALUES('$posted10','!config:localhost','answer',NULL,NULL,NULL,1795424432272000,'','',NULL);
INSERT INTO "events" VALUES('$team7','!team:localhost','command',1,'@alice:localhost',NULL,1795424400008000,'','',NULL);
INSERT INTO "events" VALUES('$team9','!team:localhost','command',1,'@alice:localhost',NULL,1795424400010000,'Bonjour !','',NULL);
INSERT INTO "events" VALUES('$posted14','!team:localhost','mail',1,NULL,3929186164548,1795424464387000,'','',NULL);
INSERT INTO "events" VALUES('$posted18','!config:localhost','answer',NULL,NULL,NULL,1795424505524000,'','',NULL);
INSERT INTO "events" VALUES('$team15','!team:localhost','command',2,'@alice:localhost',NULL,1795424400016000,'Merci.','',NULL);
INSERT INTO "events" VALUES('$posted21','!team:localhost','mail',2,NULL,161077579253318,1795424521593000,'','',NULL);
INSERT INTO "events" VALUES('$posted23','!team:localhost','question',2,NULL,217990561630891,1795424521631000,'','',NULL);
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
INSERT INTO "folder_cursors" VALUES('contact@asso.example','Junk',1,1,1795424400016000);
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
INSERT INTO "history" VALUES(1,1,1795424400009000,NULL,'history.opened','');
INSERT INTO "history" VALUES(2,2,1795424416117000,NULL,'history.opened','');
INSERT INTO "history" VALUES(3,1,1795424448305000,'@alice:localhost','history.assigned','@alice:localhost');
INSERT INTO "history" VALUES(4,1,1795424448311000,'@alice:localhost','history.noted','');
INSERT INTO "history" VALUES(5,1,1795424489415000,'@alice:localhost','history.replied','');
INSERT INTO "history" VALUES(6,2,1795424505517000,'@alice:localhost','history.followed','');
INSERT INTO "history" VALUES(7,2,1795424521586000,'@alice:localhost','history.assigned','@alice:localhost');
CREATE TABLE house_rules (
	mailbox TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	said TEXT NOT NULL, 
	is_on BOOLEAN NOT NULL, 
	"by" TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	source TEXT NOT NULL, 
	CONSTRAINT pk_house_rules PRIMARY KEY (mailbox, number)
)
 WITHOUT ROWID

;
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
INSERT INTO "instance" VALUES('token','95972342f224');
INSERT INTO "instance" VALUES('run_mark','{"beat": 1, "at": "2026-11-23T09:00:00.004000+00:00"}');
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
INSERT INTO "mail_references" VALUES(X'034CA89B66DA0007E6C7E6524C002C1B367C49CD8BEE893F3812F7B64007095B',161077579253318);
INSERT INTO "mail_references" VALUES(X'337A39EEF521D1D8EEA6BF99E38BD0692FF6D8057387F25CE65D254D3DD38493',3929186164548);
CREATE TABLE mailbox_rooms (
	mailbox TEXT NOT NULL, 
	room TEXT NOT NULL, 
	CONSTRAINT pk_mailbox_rooms PRIMARY KEY (mailbox, room)
)
 WITHOUT ROWID

;
INSERT INTO "mailbox_rooms" VALUES('contact@asso.example','!team:localhost');
CREATE TABLE mailboxes (
	mailbox TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	settings TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_mailboxes PRIMARY KEY (mailbox)
)
 WITHOUT ROWID

;
INSERT INTO "mailboxes" VALUES('contact@asso.example','file','{"id":"contact@asso.example","address":"contact@asso.example","name":"Mon Asso","room":"!team:localhost","aliases":["asso@asso.example"],"language":"en","undo_seconds":20,"reply_status":"pending","quote":"last","signature":"","from_name":"","auto_bcc":"","folders":["INBOX"],"sent":"Sent","junk":"Junk","provider_saves_sent":false,"trusted_authserv":["mx.asso.example"],"max_recipients":10,"max_files_mb":18,"hourly_limit":200,"daily_limit":1000,"fold_after":100,"new_after_days":0,"reactions":[["✋","mine"],["✅","close"],["⏳","pending"],["🚫","spam"],["👀","follow"],["📤","send"],["🔁","retry"],["✂","split"]],"organisation":"","forwarders":[],"approval":false,"buttons":false,"allow_insecure":false,"is_paused":false,"password":null}',1795424400001000);
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
	detail TEXT NOT NULL, is_folded BOOLEAN DEFAULT 0 NOT NULL, waits_until BIGINT, 
	CONSTRAINT pk_mails PRIMARY KEY ("row")
);
INSERT INTO "mails" VALUES(3929186164548,1,'contact@asso.example','out',X'0A6A1482014AB72879B5D4EF602CA66EA981618F70A966769F25DAEAF77776E4','{"message_id":"0392d5bedf44ffe9464e5b3b9a702958d6535a@asso.example","in_reply_to":["a1@example.org"],"references":["a1@example.org"],"from_":[{"name":"Mon Asso","address":"contact@asso.example"}],"reply_to":[],"to":[{"name":"Marie","address":"marie@example.org"}],"cc":[],"attachments":[],"recipients":[],"files":[],"quotes":[227926715972744],"took_over":false,"state_before":null,"has_left":true,"failed":[],"original_from":[],"heard":1,"sameness":"b4e46cc0067851637d351cdaf7094a4e","is_apart":false,"under":null,"bcc":[],"leaves_at":null,"has_waited":false,"approved_by":null}','Adhésion',1795424464380000,'Bonjour !','bc39b122140ec3658ef941a4409c3d833a758ba3065163f1d79c93101df98baa','Sent',1,3,'$posted14',0,'@alice:localhost','$team9','sent','250 2.0.0 queued',0,NULL);
INSERT INTO "mails" VALUES(94668200471554,2,'contact@asso.example','in',X'034CA89B66DA0007E6C7E6524C002C1B367C49CD8BEE893F3812F7B64007095B','{"message_id":"b1@example.org","in_reply_to":[],"references":[],"from_":[{"name":"Marie","address":"marie@example.org"}],"reply_to":[],"to":[{"name":"","address":"contact@asso.example"}],"cc":[],"attachments":[],"recipients":[],"files":[],"quotes":[],"took_over":false,"state_before":null,"has_left":false,"failed":[],"original_from":[],"heard":1,"sameness":"8042afa934b2a27c6d6eeca78e28806d","is_apart":false,"under":null,"bcc":[],"leaves_at":null,"has_waited":false,"approved_by":null}','Facture',1795424400000000,'Bonjour,

une question.','2f126292a36fc5ffdd8d911b1fd4d4f7b826dd9fb9a0d4a230e6d3fb9b5e2ec6','INBOX',1,2,'$posted5',0,NULL,NULL,NULL,'',0,NULL);
INSERT INTO "mails" VALUES(161077579253318,2,'contact@asso.example','out',X'42BCB8146C12BAF82FF172961A6D33ACC68084CA820FCB882AFF7FA0C5911256','{"message_id":"927fcbe48646b08ab13f5f265e1f44eb6feb2a@asso.example","in_reply_to":["b1@example.org"],"references":["b1@example.org"],"from_":[{"name":"Mon Asso","address":"contact@asso.example"}],"reply_to":[],"to":[{"name":"Marie","address":"marie@example.org"}],"cc":[],"attachments":[],"recipients":["marie@example.org"],"files":[],"quotes":[94668200471554],"took_over":true,"state_before":null,"has_left":false,"failed":[],"original_from":[],"heard":1,"sameness":"2682999a9d880d2b1012fecfb9f18e12","is_apart":false,"under":null,"bcc":[],"leaves_at":null,"has_waited":false,"approved_by":null}','Facture',1795424521586000,'Merci.','0bfff4a396c875271defb4d50416cf588b693b18ccaf6045110b00040964be19','',0,0,'$posted21',0,'@alice:localhost','$team15','queued','',0,NULL);
INSERT INTO "mails" VALUES(227926715972744,1,'contact@asso.example','in',X'337A39EEF521D1D8EEA6BF99E38BD0692FF6D8057387F25CE65D254D3DD38493','{"message_id":"a1@example.org","in_reply_to":[],"references":[],"from_":[{"name":"Marie","address":"marie@example.org"}],"reply_to":[],"to":[{"name":"","address":"contact@asso.example"}],"cc":[],"attachments":[],"recipients":[],"files":[],"quotes":[],"took_over":false,"state_before":null,"has_left":false,"failed":[],"original_from":[],"heard":1,"sameness":"b007991d14bb6637d30a72e53554371d","is_apart":false,"under":null,"bcc":[],"leaves_at":null,"has_waited":false,"approved_by":null}','Adhésion',1795424400000000,'Bonjour,

une question.','8d68ca567edc83c248e2f2d6c5ca1edb9c2ecc5c6351fd583cde6bb9061b0994','INBOX',1,1,'$posted1',0,NULL,NULL,NULL,'',0,NULL);
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
CREATE TABLE name_words (
	mailbox TEXT NOT NULL, 
	word TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	CONSTRAINT pk_name_words PRIMARY KEY (mailbox, word, "key")
)
 WITHOUT ROWID

;
INSERT INTO "name_words" VALUES('contact@asso.example','marie','marie@example.org');
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
, whose TEXT DEFAULT '' NOT NULL, turn INTEGER DEFAULT 0 NOT NULL, run TEXT DEFAULT '' NOT NULL, dialogue INTEGER);
INSERT INTO "outbox" VALUES(1,'SendEvent','chat','',2,'card:1','card:1',NULL,1,NULL,'conversation','done',1,0,1795424400010000,1795424400010000,1795424400020000,1795424400025000,'','$posted0','','','contact@asso.example',0,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(2,'SendEvent','chat','conversation:1',2,'','',1,1,227926715972744,'mail','done',1,0,1795424400010000,1795424400010000,1795424400036000,1795424400041000,'','$posted1','','','contact@asso.example',1,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(3,'SendEvent','chat','',5,'','',NULL,1,227926715972744,NULL,'done',1,0,1795424400041000,1795424400041000,1795424400052000,1795424400057000,'','$posted2','','','contact@asso.example',0,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(4,'SendEvent','chat','',4,'board:!team:localhost','board:!team:localhost',NULL,NULL,NULL,'board','done',1,0,1795424416079000,1795424416079000,1795424416082000,1795424416087000,'','$posted3','','','!team:localhost',0,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(5,'PinEvent','chat','',4,'','',NULL,NULL,NULL,NULL,'done',1,0,1795424416087000,1795424416087000,1795424416097000,1795424416102000,'','','','','!team:localhost',1,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(6,'SendEvent','chat','',2,'card:2','card:2',NULL,2,NULL,'conversation','done',1,0,1795424416118000,1795424416118000,1795424416128000,1795424416133000,'','$posted4','','','contact@asso.example',2,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(7,'SendEvent','chat','conversation:2',2,'','',2,2,94668200471554,'mail','done',1,0,1795424416118000,1795424416118000,1795424416144000,1795424416149000,'','$posted5','','','contact@asso.example',3,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(8,'SendEvent','chat','',5,'','',NULL,2,94668200471554,NULL,'done',1,0,1795424416149000,1795424416149000,1795424416160000,1795424416165000,'','$posted6','','','contact@asso.example',1,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(9,'SendEvent','chat','',4,'board:!team:localhost','board:!team:localhost',NULL,NULL,NULL,'board','done',1,0,1795424432187000,1795424432187000,1795424432190000,1795424432195000,'','$posted7','','','!team:localhost',2,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(10,'SendEvent','chat','',0,'','',NULL,NULL,NULL,'answer','done',1,0,1795424432215000,1795424432215000,1795424432226000,1795424432231000,'','$posted8','','','!config:localhost',0,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(11,'RedactEvent','chat','',0,'','',NULL,NULL,NULL,NULL,'done',1,0,1795424432221000,1795424432221000,1795424432226000,1795424432238000,'','','','','!config:localhost',1,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(12,'TryImap','trial','',0,'','',NULL,NULL,NULL,NULL,'done',1,0,1795424432221000,1795424432221000,1795424432226000,1795424432252000,'','','','','',0,'8918ff07',193266983134870);
INSERT INTO "outbox" VALUES(13,'TrySmtp','trial','',0,'','',NULL,NULL,NULL,NULL,'done',1,0,1795424432221000,1795424432221000,1795424432226000,1795424432260000,'','','','','',1,'8918ff07',193266983134870);
INSERT INTO "outbox" VALUES(14,'SendEvent','chat','',0,'','',NULL,NULL,NULL,'answer','done',1,0,1795424432221000,1795424432221000,1795424432226000,1795424432245000,'','$posted9','','','!config:localhost',2,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(15,'SendEvent','chat','',0,'','',NULL,NULL,NULL,'answer','done',1,0,1795424432260000,1795424432260000,1795424432271000,1795424432276000,'','$posted10','','','!config:localhost',3,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(16,'SendEvent','chat','',1,'card:1','card:1',NULL,1,NULL,'conversation','done',1,0,1795424448306000,1795424448306000,1795424448317000,1795424448329000,'','$posted12','','','contact@asso.example',0,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(17,'SendEvent','chat','',0,'','',NULL,1,NULL,NULL,'done',1,0,1795424448312000,1795424448312000,1795424448317000,1795424448322000,'','$posted11','','','contact@asso.example',3,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(18,'SendEvent','chat','',4,'board:!team:localhost','board:!team:localhost',NULL,NULL,NULL,'board','done',1,0,1795424464351000,1795424464351000,1795424464355000,1795424464360000,'','$posted13','','','!team:localhost',3,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(19,'Submit','smtp:contact@asso.example','out:1',1,'submit:3929186164548','',NULL,1,3929186164548,NULL,'done',1,0,1795424484381000,1795424464381000,1795424489411000,1795424489416000,'data','250 2.0.0 queued','','','contact@asso.example',0,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(20,'SendEvent','chat','',1,'state:3929186164548','state:3929186164548',1,1,3929186164548,'mail','done',1,0,1795424464381000,1795424464381000,1795424464386000,1795424464391000,'','$posted14','','','contact@asso.example',1,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(21,'AppendSent','imap:contact@asso.example','server:3929186164548',2,'','',NULL,1,3929186164548,NULL,'done',1,0,1795424489416000,1795424489416000,1795424489427000,1795424489446000,'','1','','','contact@asso.example',0,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(22,'AddFlag','imap:contact@asso.example','server:227926715972744',2,'','',NULL,1,227926715972744,NULL,'done',1,0,1795424489416000,1795424489416000,1795424489427000,1795424489453000,'','','','','contact@asso.example',1,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(23,'SendEvent','chat','',1,'state:3929186164548','state:3929186164548',1,1,3929186164548,'mail','done',1,0,1795424489416000,1795424489416000,1795424489427000,1795424489432000,'','$posted15','','','contact@asso.example',2,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(24,'SendEvent','chat','',1,'card:1','card:1',NULL,1,NULL,'conversation','done',1,0,1795424489416000,1795424489416000,1795424489427000,1795424489439000,'','$posted16','','','contact@asso.example',3,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(25,'SendEvent','chat','',4,'board:!team:localhost','board:!team:localhost',NULL,NULL,NULL,'board','done',1,0,1795424505482000,1795424505482000,1795424505486000,1795424505491000,'','$posted17','','','!team:localhost',4,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(26,'SendEvent','chat','',0,'','',NULL,NULL,NULL,'answer','done',1,0,1795424505512000,1795424505512000,1795424505523000,1795424505528000,'','$posted18','','','!config:localhost',4,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(27,'SendEvent','chat','',1,'card:2','card:2',NULL,2,NULL,'conversation','done',1,0,1795424505518000,1795424505518000,1795424505523000,1795424505535000,'','$posted19','','','contact@asso.example',4,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(28,'SendEvent','chat','',4,'board:!team:localhost','board:!team:localhost',NULL,NULL,NULL,'board','done',1,0,1795424521557000,1795424521557000,1795424521561000,1795424521566000,'','$posted20','','','!team:localhost',5,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(29,'Submit','smtp:contact@asso.example','out:2',1,'submit:161077579253318','',NULL,2,161077579253318,NULL,'open',0,0,1795424541587000,1795424521587000,NULL,NULL,'','','','','contact@asso.example',1,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(30,'SendEvent','chat','',1,'state:161077579253318','state:161077579253318',2,2,161077579253318,'mail','done',1,0,1795424521587000,1795424521587000,1795424521592000,1795424521597000,'','$posted21','','','contact@asso.example',5,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(31,'SendEvent','chat','',1,'card:2','card:2',NULL,2,NULL,'conversation','done',1,0,1795424521587000,1795424521587000,1795424521592000,1795424521604000,'','$posted22','','','contact@asso.example',6,'8918ff07',NULL);
INSERT INTO "outbox" VALUES(32,'SendEvent','chat','',0,'','',NULL,2,217990561630891,'question','done',1,0,1795424521625000,1795424521625000,1795424521630000,1795424521635000,'','$posted23','','','contact@asso.example',4,'8918ff07',NULL);
CREATE TABLE outbox_calls (
	id INTEGER NOT NULL, 
	call TEXT NOT NULL, 
	CONSTRAINT pk_outbox_calls PRIMARY KEY (id)
);
INSERT INTO "outbox_calls" VALUES(1,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#1 · 🟢 Adhésion\\nMarie <marie@example.org> · 1 ✉️ · une question.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>🟢 #1 · Adhésion</b> <br>Marie &lt;marie@example.org&gt; · 1 ✉️ <br><i>une question.</i>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"conversation\",\"conversation\":1,\"status\":\"active\",\"assignee\":null,\"mailbox\":\"contact@asso.example\",\"message_id\":\"a1@example.org\"}}","thread_of":null,"reply_to":null,"slot":"card:1","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(2,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"#1 · ✉️ Marie:\\nBonjour,\\n\\nune question.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"✉️ #1 · <b>Marie</b>: <p>Bonjour,</p><p>une question.</p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"mail\",\"conversation\":1,\"message_id\":\"a1@example.org\",\"direction\":\"in\"},\"com.beeper.per_message_profile\":{\"id\":\"a28c8ac70fce1689\",\"displayname\":\"✉️ Marie\"}}","thread_of":1,"reply_to":null,"slot":"","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"m.text","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(3,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#1 · ✉️ Marie:\\nBonjour,\\n\\nune question.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"✉️ #1 · <b>Marie</b>: <p>Bonjour,</p><p>une question.</p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"mail\",\"conversation\":1,\"message_id\":\"a1@example.org\",\"direction\":\"in\"},\"com.beeper.per_message_profile\":{\"id\":\"a28c8ac70fce1689\",\"displayname\":\"✉️ Marie\"}}","thread_of":null,"reply_to":null,"slot":"","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":"$posted1","becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(4,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"To do: 1 · nobody’s: 1 · pending: 0\\nNobody’s\\n#1 Marie · Adhésion · 23 Nov 10:00\\nTo answer: !reply … in the thread. Everything else: !help\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>To do: 1 · nobody’s: 1 · pending: 0</b> <p><b>Nobody’s</b></p> <ul><li><a href=\\\"https://matrix.to/#/!team:localhost/$posted0?via=localhost\\\">#1</a> Marie · Adhésion · 23 Nov 10:00</li></ul> <p>To answer: <code>!reply …</code> in the thread. Everything else: <code>!help</code></p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"board\"}}","thread_of":null,"reply_to":null,"slot":"board:!team:localhost","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(5,'{"room":"!team:localhost","event":"$posted3"}');
INSERT INTO "outbox_calls" VALUES(6,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#2 · 🟢 Facture\\nMarie <marie@example.org> · 1 ✉️ · also #1 · une question.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>🟢 #2 · Facture</b> <br>Marie &lt;marie@example.org&gt; · 1 ✉️ · also <a href=\\\"https://matrix.to/#/!team:localhost/$posted0?via=localhost\\\">#1</a> <br><i>une question.</i>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"conversation\",\"conversation\":2,\"status\":\"active\",\"assignee\":null,\"mailbox\":\"contact@asso.example\",\"message_id\":\"b1@example.org\"}}","thread_of":null,"reply_to":null,"slot":"card:2","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(7,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"#2 · ✉️ Marie:\\nBonjour,\\n\\nune question.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"✉️ #2 · <b>Marie</b>: <p>Bonjour,</p><p>une question.</p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"mail\",\"conversation\":2,\"message_id\":\"b1@example.org\",\"direction\":\"in\"},\"com.beeper.per_message_profile\":{\"id\":\"a28c8ac70fce1689\",\"displayname\":\"✉️ Marie\"}}","thread_of":2,"reply_to":null,"slot":"","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"m.text","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(8,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#2 · ✉️ Marie:\\nBonjour,\\n\\nune question.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"✉️ #2 · <b>Marie</b>: <p>Bonjour,</p><p>une question.</p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"mail\",\"conversation\":2,\"message_id\":\"b1@example.org\",\"direction\":\"in\"},\"com.beeper.per_message_profile\":{\"id\":\"a28c8ac70fce1689\",\"displayname\":\"✉️ Marie\"}}","thread_of":null,"reply_to":null,"slot":"","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":"$posted5","becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(9,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"To do: 2 · nobody’s: 2 · pending: 0\\nNobody’s\\n#2 Marie · Facture · 23 Nov 10:00\\n#1 Marie · Adhésion · 23 Nov 10:00\\nTo answer: !reply … in the thread. Everything else: !help\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>To do: 2 · nobody’s: 2 · pending: 0</b> <p><b>Nobody’s</b></p> <ul><li><a href=\\\"https://matrix.to/#/!team:localhost/$posted4?via=localhost\\\">#2</a> Marie · Facture · 23 Nov 10:00</li> <li><a href=\\\"https://matrix.to/#/!team:localhost/$posted0?via=localhost\\\">#1</a> Marie · Adhésion · 23 Nov 10:00</li></ul> <p>To answer: <code>!reply …</code> in the thread. Everything else: <code>!help</code></p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"board\"}}","thread_of":null,"reply_to":null,"slot":"board:!team:localhost","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(10,'{"room":"!config:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"🔑 Write the new password of contact@asso.example here, alone in a message. I delete the message at once, try the password, and use it if it works. Everything that you write next in this room counts as the password, except commands.\\nTo drop it: !cancel\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"🔑 Write the new password of contact@asso.example here, alone in a message. I delete the message at once, try the password, and use it if it works. Everything that you write next in this room counts as the password, except commands. <br>To drop it: <code>!cancel</code>\",\"m.mentions\":{\"user_ids\":[\"@alice:localhost\"]},\"org.postroom\":{\"kind\":\"answer\"}}","thread_of":null,"reply_to":"$team1","slot":"","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(11,'{"room":"!config:localhost","event":"$team3"}');
INSERT INTO "outbox_calls" VALUES(12,'{"mailbox":"contact@asso.example","secret":"74a8e37ab964114fed255bd85e9858d9"}');
INSERT INTO "outbox_calls" VALUES(13,'{"mailbox":"contact@asso.example","secret":"74a8e37ab964114fed255bd85e9858d9"}');
INSERT INTO "outbox_calls" VALUES(14,'{"room":"!config:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"I delete your message, and try the password of contact@asso.example at its servers.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"I delete your message, and try the password of contact@asso.example at its servers.\",\"m.mentions\":{\"user_ids\":[\"@alice:localhost\"]},\"org.postroom\":{\"kind\":\"answer\"}}","thread_of":null,"reply_to":"$team3","slot":"","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(15,'{"room":"!config:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"✅ Reading mail (IMAP) works.\\n✅ Sending mail (SMTP) works.\\nThe new password of contact@asso.example is in use from now on. It replaces the one of config.yaml.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"✅ Reading mail (IMAP) works. <br>✅ Sending mail (SMTP) works. <br>The new password of contact@asso.example is in use from now on. It replaces the one of config.yaml.\",\"m.mentions\":{\"user_ids\":[\"@alice:localhost\"]},\"org.postroom\":{\"kind\":\"answer\"}}","thread_of":null,"reply_to":null,"slot":"","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":"$team1","edits":null,"becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(16,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#1 · 🟢 Adhésion\\nMarie <marie@example.org> · Alice · 1 ✉️ · une question.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>🟢 #1 · Adhésion</b> <br>Marie &lt;marie@example.org&gt; · <a href=\\\"https://matrix.to/#/@alice:localhost\\\">Alice</a> · 1 ✉️ <br><i>une question.</i>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"conversation\",\"conversation\":1,\"status\":\"active\",\"assignee\":\"@alice:localhost\",\"mailbox\":\"contact@asso.example\"}}","thread_of":null,"reply_to":null,"slot":"card:1","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(17,'{"room":"!team:localhost","event_type":"m.reaction","content":"{\"m.relates_to\":{\"rel_type\":\"m.annotation\",\"event_id\":\"$team7\",\"key\":\"✅\"}}","thread_of":null,"reply_to":null,"slot":"","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(18,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"To do: 2 · nobody’s: 1 · pending: 0\\nNobody’s\\n#2 Marie · Facture · 23 Nov 10:00\\nAlice\\n#1 Marie · Adhésion · 23 Nov 10:00\\nTo answer: !reply … in the thread. Everything else: !help\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>To do: 2 · nobody’s: 1 · pending: 0</b> <p><b>Nobody’s</b></p> <ul><li><a href=\\\"https://matrix.to/#/!team:localhost/$posted4?via=localhost\\\">#2</a> Marie · Facture · 23 Nov 10:00</li></ul> <p><b><a href=\\\"https://matrix.to/#/@alice:localhost\\\">Alice</a></b></p> <ul><li><a href=\\\"https://matrix.to/#/!team:localhost/$posted0?via=localhost\\\">#1</a> Marie · Adhésion · 23 Nov 10:00</li></ul> <p>To answer: <code>!reply …</code> in the thread. Everything else: <code>!help</code></p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"board\"}}","thread_of":null,"reply_to":null,"slot":"board:!team:localhost","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(19,'{"mailbox":"contact@asso.example","row":3929186164548,"sender":"contact@asso.example","recipients":["marie@example.org"],"raw":"bc39b122140ec3658ef941a4409c3d833a758ba3065163f1d79c93101df98baa"}');
INSERT INTO "outbox_calls" VALUES(20,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"#1 · ⏳ To marie@example.org from Mon Asso, leaves at 10:01:24. !undo or delete your message to cancel.\\n\\nBonjour !\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"⏳ #1 · To <b>marie@example.org</b> from <b>Mon Asso</b>, leaves at 10:01:24. <code>!undo</code> or delete your message to cancel. <details><summary>The words</summary><p>Bonjour !</p></details>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"mail\",\"conversation\":1,\"message_id\":\"0392d5bedf44ffe9464e5b3b9a702958d6535a@asso.example\",\"direction\":\"out\",\"state\":\"queued\"}}","thread_of":1,"reply_to":"$team9","slot":"state:3929186164548","uploads":[],"in_clear":false,"is_falling_back":true,"is_new":false,"under":null,"edits":null,"becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(21,'{"mailbox":"contact@asso.example","row":3929186164548,"raw":"bc39b122140ec3658ef941a4409c3d833a758ba3065163f1d79c93101df98baa","date":"2026-11-23T09:01:04.380000+00:00"}');
INSERT INTO "outbox_calls" VALUES(22,'{"mailbox":"contact@asso.example","folder":"INBOX","uidvalidity":1,"uid":1,"flag":"\\Answered"}');
INSERT INTO "outbox_calls" VALUES(23,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"#1 · ✅ Sent to marie@example.org, 10:01 · pending\\n\\nBonjour !\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"✅ #1 · Sent to <b>marie@example.org</b>, 10:01 · pending <details><summary>The words</summary><p>Bonjour !</p></details>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"mail\",\"conversation\":1,\"message_id\":\"0392d5bedf44ffe9464e5b3b9a702958d6535a@asso.example\",\"direction\":\"out\",\"state\":\"sent\"}}","thread_of":1,"reply_to":"$team9","slot":"state:3929186164548","uploads":[],"in_clear":false,"is_falling_back":true,"is_new":false,"under":null,"edits":null,"becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(24,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#1 · ⏳ Adhésion\\nMarie <marie@example.org> · Alice · 2 ✉️ · une question.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>⏳ #1 · Adhésion</b> <br>Marie &lt;marie@example.org&gt; · <a href=\\\"https://matrix.to/#/@alice:localhost\\\">Alice</a> · 2 ✉️ <br><i>une question.</i>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"conversation\",\"conversation\":1,\"status\":\"pending\",\"assignee\":\"@alice:localhost\",\"mailbox\":\"contact@asso.example\"}}","thread_of":null,"reply_to":null,"slot":"card:1","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(25,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"To do: 1 · nobody’s: 1 · pending: 1\\nNobody’s\\n#2 Marie · Facture · 23 Nov 10:00\\n⏳ 1 pending: !list pending\\nTo answer: !reply … in the thread. Everything else: !help\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>To do: 1 · nobody’s: 1 · pending: 1</b> <p><b>Nobody’s</b></p> <ul><li><a href=\\\"https://matrix.to/#/!team:localhost/$posted4?via=localhost\\\">#2</a> Marie · Facture · 23 Nov 10:00</li></ul> <p>⏳ 1 pending: <code>!list pending</code> <br>To answer: <code>!reply …</code> in the thread. Everything else: <code>!help</code></p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"board\"}}","thread_of":null,"reply_to":null,"slot":"board:!team:localhost","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(26,'{"room":"!config:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"🔑 Write the new password of contact@asso.example here, alone in a message. I delete the message at once, try the password, and use it if it works. Everything that you write next in this room counts as the password, except commands.\\nTo drop it: !cancel\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"🔑 Write the new password of contact@asso.example here, alone in a message. I delete the message at once, try the password, and use it if it works. Everything that you write next in this room counts as the password, except commands. <br>To drop it: <code>!cancel</code>\",\"m.mentions\":{\"user_ids\":[\"@alice:localhost\"]},\"org.postroom\":{\"kind\":\"answer\"}}","thread_of":null,"reply_to":"$team11","slot":"","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(27,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#2 · 🟢 Facture\\nMarie <marie@example.org> · 1 ✉️ · also #1 · une question.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>🟢 #2 · Facture</b> <br>Marie &lt;marie@example.org&gt; · 1 ✉️ · also <a href=\\\"https://matrix.to/#/!team:localhost/$posted0?via=localhost\\\">#1</a> <br><i>une question.</i>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"conversation\",\"conversation\":2,\"status\":\"active\",\"assignee\":null,\"mailbox\":\"contact@asso.example\"}}","thread_of":null,"reply_to":null,"slot":"card:2","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(28,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"To do: 1 · nobody’s: 1 · pending: 1\\nNobody’s\\n#2 Marie · Facture · 23 Nov 10:00\\n⏳ 1 pending: !list pending\\nTo answer: !reply … in the thread. Everything else: !help\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>To do: 1 · nobody’s: 1 · pending: 1</b> <p><b>Nobody’s</b></p> <ul><li><a href=\\\"https://matrix.to/#/!team:localhost/$posted4?via=localhost\\\">#2</a> Marie · Facture · 23 Nov 10:00</li></ul> <p>⏳ 1 pending: <code>!list pending</code> <br>To answer: <code>!reply …</code> in the thread. Everything else: <code>!help</code></p>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"board\"}}","thread_of":null,"reply_to":null,"slot":"board:!team:localhost","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(29,'{"mailbox":"contact@asso.example","row":161077579253318,"sender":"contact@asso.example","recipients":["marie@example.org"],"raw":"0bfff4a396c875271defb4d50416cf588b693b18ccaf6045110b00040964be19"}');
INSERT INTO "outbox_calls" VALUES(30,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"#2 · ⏳ To marie@example.org from Mon Asso, leaves at 10:02:21. !undo or delete your message to cancel.\\n\\nMerci.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"⏳ #2 · To <b>marie@example.org</b> from <b>Mon Asso</b>, leaves at 10:02:21. <code>!undo</code> or delete your message to cancel. <details><summary>The words</summary><p>Merci.</p></details>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"mail\",\"conversation\":2,\"message_id\":\"927fcbe48646b08ab13f5f265e1f44eb6feb2a@asso.example\",\"direction\":\"out\",\"state\":\"queued\"}}","thread_of":2,"reply_to":"$team15","slot":"state:161077579253318","uploads":[],"in_clear":false,"is_falling_back":true,"is_new":false,"under":null,"edits":null,"becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(31,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.text\",\"body\":\"#2 · 🟢 Facture\\nMarie <marie@example.org> · Alice · 1 ✉️ · also #1 · une question.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<b>🟢 #2 · Facture</b> <br>Marie &lt;marie@example.org&gt; · <a href=\\\"https://matrix.to/#/@alice:localhost\\\">Alice</a> · 1 ✉️ · also <a href=\\\"https://matrix.to/#/!team:localhost/$posted0?via=localhost\\\">#1</a> <br><i>une question.</i>\",\"m.mentions\":{},\"org.postroom\":{\"kind\":\"conversation\",\"conversation\":2,\"status\":\"active\",\"assignee\":\"@alice:localhost\",\"mailbox\":\"contact@asso.example\"}}","thread_of":null,"reply_to":null,"slot":"card:2","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"","buttons":[],"beside":""}');
INSERT INTO "outbox_calls" VALUES(32,'{"room":"!team:localhost","event_type":"m.room.message","content":"{\"msgtype\":\"m.notice\",\"body\":\"#2 · Alice has just answered here. Look at it.\\nTo send yours all the same, repeat the command or put ✅ on this message.\",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"<a href=\\\"https://matrix.to/#/!team:localhost/$posted4?via=localhost\\\">#2</a> · <a href=\\\"https://matrix.to/#/@alice:localhost\\\">Alice</a> has just answered here. Look at it. <br>To send yours all the same, repeat the command or put ✅ on this message.\",\"m.mentions\":{\"user_ids\":[\"@bob:localhost\"]},\"org.postroom\":{\"kind\":\"receipt\",\"conversation\":2}}","thread_of":null,"reply_to":"$team17","slot":"","uploads":[],"in_clear":false,"is_falling_back":false,"is_new":false,"under":null,"edits":null,"becomes":"","buttons":[],"beside":""}');
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
CREATE TABLE person_notes (
	mailbox TEXT NOT NULL, 
	event TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	address TEXT NOT NULL, 
	text TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_person_notes PRIMARY KEY (mailbox, event)
)
 WITHOUT ROWID

;
CREATE TABLE persons (
	mailbox TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	address TEXT NOT NULL, 
	person TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	event TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	"before" TEXT NOT NULL, 
	CONSTRAINT pk_persons PRIMARY KEY (mailbox, "key")
)
 WITHOUT ROWID

;
CREATE TABLE predecessors (
	room TEXT NOT NULL, 
	predecessor TEXT NOT NULL, 
	CONSTRAINT pk_predecessors PRIMARY KEY (room)
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
INSERT INTO "reactions" VALUES('$team5','!team:localhost',1,'$posted0','@alice:localhost','mine','active',1795424400006000);
INSERT INTO "reactions" VALUES('$team13','!team:localhost',2,'$posted4','@alice:localhost','follow','active',1795424400014000);
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
CREATE TABLE secrets (
	id TEXT NOT NULL, 
	sealed BLOB NOT NULL, 
	dialogue INTEGER, 
	mailbox TEXT, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_secrets PRIMARY KEY (id)
)
 WITHOUT ROWID

;
INSERT INTO "secrets" VALUES('74a8e37ab964114fed255bd85e9858d9',X'223A9E3A93C00E90B699318764896DE165D16C51F378A1EDA7B8C1CBAA113527863104C60285E0DCD371700D4865151F04E8BB28BB784C00C58E10B200976A2C2D5D1FF04526FB6E68E77499C26850FBF04A6C20ACC81EA63558D15F',NULL,'contact@asso.example',1795424432219000);
CREATE TABLE seen (
	"key" TEXT NOT NULL, 
	at BIGINT, 
	CONSTRAINT pk_seen PRIMARY KEY ("key")
)
 WITHOUT ROWID

;
INSERT INTO "seen" VALUES('event:!config:localhost:$team1',1795424432217000);
INSERT INTO "seen" VALUES('event:!config:localhost:$team11',1795424505514000);
INSERT INTO "seen" VALUES('event:!config:localhost:$team3',1795424432223000);
INSERT INTO "seen" VALUES('event:!team:localhost:$team13',1795424505520000);
INSERT INTO "seen" VALUES('event:!team:localhost:$team15',1795424521589000);
INSERT INTO "seen" VALUES('event:!team:localhost:$team17',1795424521627000);
INSERT INTO "seen" VALUES('event:!team:localhost:$team5',1795424448308000);
INSERT INTO "seen" VALUES('event:!team:localhost:$team7',1795424448314000);
INSERT INTO "seen" VALUES('event:!team:localhost:$team9',1795424464383000);
INSERT INTO "seen" VALUES('mail:contact@asso.example:INBOX:1:1:1795424400',NULL);
INSERT INTO "seen" VALUES('mail:contact@asso.example:INBOX:1:2:1795424400',NULL);
INSERT INTO "seen" VALUES('mail:contact@asso.example:Sent:1:3:1795424464',NULL);
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
INSERT INTO "settings" VALUES('mailbox:contact@asso.example','password','74a8e37ab964114fed255bd85e9858d9','@alice:localhost',1795424432260000);
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
INSERT INTO "slots" VALUES('newest:!team:localhost','!team:localhost','$posted23');
INSERT INTO "slots" VALUES('card:1','!team:localhost','$posted0');
INSERT INTO "slots" VALUES('board:!team:localhost','!team:localhost','$posted3');
INSERT INTO "slots" VALUES('card:2','!team:localhost','$posted4');
INSERT INTO "slots" VALUES('newest:!config:localhost','!config:localhost','$posted18');
INSERT INTO "slots" VALUES('state:3929186164548','!team:localhost','$posted14');
INSERT INTO "slots" VALUES('state:161077579253318','!team:localhost','$posted21');
CREATE TABLE sought (
	id INTEGER NOT NULL, 
	conversation INTEGER NOT NULL, 
	mail INTEGER, 
	note TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_sought PRIMARY KEY (id)
);
INSERT INTO "sought" VALUES(1927822270274149516,1,NULL,'Un ancien adhérent.');
INSERT INTO "sought" VALUES(1927822270959110633,1,227926715972744,'');
INSERT INTO "sought" VALUES(1927822271065361454,2,94668200471554,'');
INSERT INTO "sought" VALUES(1927822339354725294,1,3929186164548,'');
INSERT INTO "sought" VALUES(1927822401077189472,2,161077579253318,'');
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
CREATE TABLE starred (
	user TEXT NOT NULL, 
	conversation INTEGER NOT NULL, 
	mailbox TEXT NOT NULL, 
	status TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_starred PRIMARY KEY (user, conversation)
)
 WITHOUT ROWID

;
CREATE TABLE sync_tokens (
	device TEXT NOT NULL, 
	token TEXT NOT NULL, 
	turn INTEGER NOT NULL, 
	CONSTRAINT pk_sync_tokens PRIMARY KEY (device)
);
INSERT INTO "sync_tokens" VALUES('DEVICE','9',7);
CREATE TABLE tagged (
	tag TEXT NOT NULL, 
	conversation INTEGER NOT NULL, 
	mailbox TEXT NOT NULL, 
	status TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_tagged PRIMARY KEY (tag, conversation)
)
 WITHOUT ROWID

;
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
CREATE TABLE teams (
	mailbox TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	name TEXT NOT NULL, 
	people TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	source TEXT NOT NULL, 
	"before" TEXT NOT NULL, 
	last TEXT NOT NULL, 
	CONSTRAINT pk_teams PRIMARY KEY (mailbox, "key")
)
 WITHOUT ROWID

;
CREATE TABLE timers (
	timer TEXT NOT NULL, 
	due BIGINT NOT NULL, 
	CONSTRAINT pk_timers PRIMARY KEY (timer)
);
INSERT INTO "timers" VALUES('dialogue:193266983134870',1796029232259000);
INSERT INTO "timers" VALUES('dialogue:189830986750486',1795425405511000);
INSERT INTO "timers" VALUES('board:!team:localhost',1795424536586000);
INSERT INTO "timers" VALUES('dialogue:217990561630891',1795425421624000);
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
CREATE INDEX ix_outbox_order ON outbox (channel, priority, turn, id) WHERE state = 'open';
CREATE INDEX ix_outbox_turns ON outbox (channel, priority, whose, turn);
CREATE INDEX ix_outbox_tried ON outbox (channel, priority, turn) WHERE attempt > 0;
CREATE INDEX ix_followers_list ON followers (user, mailbox, status, at);
CREATE INDEX ix_mails_folded ON mails (conversation, date) WHERE is_folded;
CREATE INDEX ix_own_posts_message_id ON own_posts (message_id);
CREATE INDEX ix_own_posts_conversation_kind ON own_posts (conversation, kind);
CREATE INDEX ix_dialogues_about ON dialogues (about);
CREATE INDEX ix_dialogues_person ON dialogues (person, hears, expires_at);
CREATE INDEX ix_secrets_dialogue ON secrets (dialogue);
CREATE INDEX ix_secrets_mailbox ON secrets (mailbox);
CREATE INDEX ix_dialogues_room ON dialogues (room);
CREATE INDEX ix_dialogues_takes_secrets ON dialogues (room, expires_at) WHERE takes_secrets;
CREATE INDEX ix_tagged_conversation ON tagged (conversation);
CREATE INDEX ix_tagged_list ON tagged (tag, mailbox, status, at);
CREATE INDEX ix_conversations_snoozed ON conversations (mailbox, status, snoozed_until) WHERE snoozed_until IS NOT NULL;
CREATE INDEX ix_conversations_assignee_changed ON conversations (assignee, mailbox, status, changed_at) WHERE assignee IS NOT NULL;
CREATE INDEX ix_starred_conversation ON starred (conversation);
CREATE INDEX ix_starred_list ON starred (user, mailbox, status, at);
CREATE INDEX ix_sought_note ON sought (conversation) WHERE note != '';
CREATE INDEX ix_events_pages ON events (room, at) WHERE kind = 'answer' AND body != '';
CREATE INDEX ix_blocked_event ON blocked (event);
CREATE INDEX ix_mails_waiting ON mails (mailbox, waits_until) WHERE waits_until IS NOT NULL;
CREATE INDEX ix_mails_waiting_in ON mails (conversation, waits_until) WHERE waits_until IS NOT NULL;
CREATE INDEX ix_canned_source ON canned (source);
CREATE INDEX ix_conversations_nobodys ON conversations (mailbox, status, needs_nobody, waiting_since) WHERE assignee IS NULL;
CREATE INDEX ix_conversations_somebodys ON conversations (mailbox, status, needs_nobody, waiting_since) WHERE assignee IS NOT NULL;
CREATE INDEX ix_mails_came ON mails (mailbox, date) WHERE state IS NULL AND NOT is_automatic;
CREATE INDEX ix_conversations_created ON conversations (mailbox, created_at);
CREATE INDEX ix_events_edit ON events (edit) WHERE edit IS NOT NULL;
CREATE INDEX ix_teams_source ON teams (source);
CREATE INDEX ix_persons_person ON persons (mailbox, person);
CREATE INDEX ix_persons_event ON persons (event);
CREATE INDEX ix_person_notes_key ON person_notes (mailbox, "key", at);
CREATE INDEX ix_person_notes_event ON person_notes (event);
CREATE INDEX ix_house_rules_source ON house_rules (source);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('outbox',32);
CREATE VIRTUAL TABLE sought_words USING fts5(words, tokenize = "ascii tokenchars ':_'");
INSERT INTO sought_words (rowid, words) VALUES (1927822270274149516,'m:c0905b82185a c:1 _ un ancien adherent');
INSERT INTO sought_words (rowid, words) VALUES (1927822270959110633,'m:c0905b82185a c:1 _ adhesion _ s:adhesion _ marie marie example org _ f:marie f:marie f:example f:org _ contact asso example _ t:contact t:asso t:example _ bonjour une question');
INSERT INTO sought_words (rowid, words) VALUES (1927822271065361454,'m:c0905b82185a c:2 _ facture _ s:facture _ marie marie example org _ f:marie f:marie f:example f:org _ contact asso example _ t:contact t:asso t:example _ bonjour une question');
INSERT INTO sought_words (rowid, words) VALUES (1927822339354725294,'m:c0905b82185a c:1 _ adhesion _ s:adhesion _ mon asso contact asso example _ f:mon f:asso f:contact f:asso f:example _ marie marie example org _ t:marie t:marie t:example t:org _ bonjour');
INSERT INTO sought_words (rowid, words) VALUES (1927822401077189472,'m:c0905b82185a c:2 _ facture _ s:facture _ mon asso contact asso example _ f:mon f:asso f:contact f:asso f:example _ marie marie example org _ t:marie t:marie t:example t:org _ merci');
COMMIT;
