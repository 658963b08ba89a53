// A team member on Element's own SDK (Rust crypto), driven by JSON lines on standard input, one answer a line.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { createInterface } from "node:readline";

for (const name of ["log", "debug", "info", "warn", "error", "trace"]) {
    console[name] = (...words) => process.env.MEMBER_LOG && process.stderr.write(words.map(String).join(" ") + "\n");
}
const sdk = await import("matrix-js-sdk");
const { logger } = await import("matrix-js-sdk/lib/logger.js");
logger.setLevel?.(process.env.MEMBER_LOG ? "debug" : "silent", false);
const { AllDevicesIsolationMode, EventShieldColour, decodeRecoveryKey, EventShieldReason, OnlySignedDevicesIsolationMode } = await import(
    "matrix-js-sdk/lib/crypto-api/index.js"
);

// A request of the SDK's own that fails while the homeserver is away ends no browser either.
process.on("unhandledRejection", (fault) => process.env.MEMBER_LOG && process.stderr.write(String(fault) + "\n"));

let client;
let password;
// What a person would type when asked for the recovery key.
let recoveryKey = null;
const cryptoCallbacks = {
    getSecretStorageKey: async ({ keys }) => (recoveryKey ? [Object.keys(keys)[0], recoveryKey] : null),
    cacheSecretStorageKey: (_id, _info, key) => {
        recoveryKey = key;
    },
};

async function shield(event) {
    const info = await client.getCrypto().getEncryptionInfoForEvent(event);
    if (!info) return null;
    return {
        colour: EventShieldColour[info.shieldColour],
        reason: info.shieldReason === null ? null : EventShieldReason[info.shieldReason],
    };
}

async function described(event) {
    return {
        event: event.getId(),
        sender: event.getSender(),
        type: event.getType(),
        content: event.getContent(),
        original: event.getOriginalContent(),
        wire: event.getWireContent(),
        body: event.getContent().body ?? null,
        edited: event.replacingEvent()?.getContent()["m.new_content"]?.body ?? null,
        thread: event.threadRootId ?? null,
        encrypted: event.isEncrypted(),
        failure: event.isDecryptionFailure() ? event.decryptionFailureReason : null,
        shield: await shield(event),
        highlights: client.getPushActionsForEvent(event, true)?.tweaks?.highlight ?? false,
    };
}

// By room: what was here once. On its way from the room's timeline to its thread's, the SDK has an event in neither.
const known = new Map();

function timeline(room) {
    const kept = known.get(room.roomId) ?? new Map();
    known.set(room.roomId, kept);
    const here = [...room.getLiveTimeline().getEvents(), ...room.getThreads().flatMap((thread) => thread.events)];
    // What is on its way to the homeserver has a name for the time being.
    for (const event of here) if (!event.getId().startsWith("~")) kept.set(event.getId(), event);
    return [...new Map([...kept, ...here.map((event) => [event.getId(), event])]).values()];
}

async function send(room, thread, type, content) {
    const transaction = client.makeTxnId();
    try {
        return (await client.sendEvent(room, thread ?? null, type, content, transaction)).event_id;
    } catch (fault) {
        // So the SDK says where its event in a thread came back by sync before the answer to its sending: the server
        // gives that answer again for the same transaction.
        if (!String(fault).includes("not a local echo")) throw fault;
        const wire = type !== "m.reaction" && client.getRoom(room).hasEncryptionStateEvent() ? "m.room.encrypted" : type;
        const path = ["rooms", room, "send", wire, transaction].map(encodeURIComponent).join("/");
        return (await client.http.authedRequest("PUT", `/${path}`, undefined, {})).event_id;
    }
}

const authorise = async (makeRequest) => {
    try {
        await makeRequest(null);
    } catch (refusal) {
        const identifier = { type: "m.id.user", user: client.getUserId() };
        await makeRequest({ type: "m.login.password", identifier, password, session: refusal.data?.session });
    }
};

const operations = {
    async start({ baseUrl, user, password: given, crossSigning }) {
        password = given;
        const login = await sdk.createClient({ baseUrl }).loginRequest({
            type: "m.login.password",
            identifier: { type: "m.id.user", user },
            password,
        });
        client = sdk.createClient({
            baseUrl,
            accessToken: login.access_token,
            userId: login.user_id,
            deviceId: login.device_id,
            cryptoCallbacks,
        });
        // Its scheduler would send again and again what only its own bookkeeping failed on (see `send`).
        client.scheduler = undefined;
        await client.initRustCrypto({ useIndexedDB: false });
        await client.startClient({ initialSyncLimit: 20, threadSupport: true });
        await new Promise((resolve) => {
            const wait = (state) => state === "PREPARED" && (client.off("sync", wait), resolve());
            client.on("sync", wait);
        });
        if (crossSigning) {
            await client.getCrypto().bootstrapCrossSigning({
                setupNewCrossSigning: true,
                authUploadDeviceSigningKeys: authorise,
            });
        }
        return { user: login.user_id, device: login.device_id, token: login.access_token };
    },
    // What a person does who loses the identity and makes a new one.
    async resetIdentity() {
        await client.getCrypto().bootstrapCrossSigning({
            setupNewCrossSigning: true,
            authUploadDeviceSigningKeys: authorise,
        });
    },
    async setUpRecovery() {
        const crypto = client.getCrypto();
        const fresh = await crypto.createRecoveryKeyFromPassphrase();
        await crypto.bootstrapSecretStorage({
            createSecretStorageKey: async () => fresh,
            setupNewSecretStorage: true,
        });
        return { key: fresh.encodedPrivateKey };
    },
    // What a person does who logs in anew and types the recovery key: the device signs itself with what it opens.
    async useRecovery({ key }) {
        recoveryKey = decodeRecoveryKey(key);
        const crypto = client.getCrypto();
        // The SDK imports private keys only once it has the public ones.
        for (let tries = 0; tries < 400 && !(await crypto.userHasCrossSigningKeys(undefined, true)); tries++) {
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        await crypto.bootstrapCrossSigning({});
        const status = await crypto.getCrossSigningStatus();
        return status.privateKeysCachedLocally;
    },
    async onlySigned({ on }) {
        const crypto = client.getCrypto();
        crypto.setDeviceIsolationMode(
            on ? new OnlySignedDevicesIsolationMode() : new AllDevicesIsolationMode(false),
        );
    },
    async createRoom({ invite, version, encryption, direct }) {
        const { room_id: room } = await client.createRoom({
            name: "encrypted",
            preset: "private_chat",
            invite,
            is_direct: direct ?? false,
            room_version: version ?? undefined,
            initial_state: [
                {
                    type: "m.room.encryption",
                    state_key: "",
                    content: { algorithm: "m.megolm.v1.aes-sha2", ...encryption },
                },
            ],
        });
        return { room };
    },
    async join({ room }) {
        await client.joinRoom(room);
    },
    // This client knows that they are in the room: what it writes from now on is encrypted for them.
    async awaitJoined({ room, users, seconds }) {
        const end = Date.now() + 1000 * (seconds ?? 40);
        const isIn = (user) => client.getRoom(room)?.getMember(user)?.membership === "join";
        while (!users.every(isIn)) {
            if (Date.now() > end) throw new Error("not joined: " + users.filter((user) => !isIn(user)));
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
    },
    // This client knows that the room is encrypted: before, it would say its next words in clear.
    async awaitEncryption({ room, seconds }) {
        const end = Date.now() + 1000 * (seconds ?? 40);
        while (!client.getRoom(room)?.hasEncryptionStateEvent()) {
            if (Date.now() > end) throw new Error("not encrypted");
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
    },
    // This client knows that device: what it writes from now on is encrypted for it, too.
    async awaitDevice({ user, device, seconds }) {
        const end = Date.now() + 1000 * (seconds ?? 40);
        while (!(await client.getCrypto().getUserDeviceInfo([user])).get(user)?.has(device)) {
            if (Date.now() > end) throw new Error("not known: " + device);
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
    },
    async kick({ room, user }) {
        await client.kick(room, user);
    },
    async invite({ room, user }) {
        await client.invite(room, user);
    },
    async leave({ room }) {
        await client.leave(room);
    },
    async say({ room, text, thread, extra }) {
        const content = { msgtype: "m.text", body: text, "m.mentions": {}, ...extra };
        return { event: await send(room, thread, "m.room.message", content) };
    },
    async edit({ room, event, text }) {
        const fresh = { msgtype: "m.text", body: text, "m.mentions": {} };
        const place = { rel_type: "m.replace", event_id: event };
        const content = { ...fresh, body: `* ${text}`, "m.new_content": fresh, "m.relates_to": place };
        return { event: await send(room, null, "m.room.message", content) };
    },
    // What is said next in the room has a key that nobody has yet.
    async newSession({ room }) {
        await client.getCrypto().forceDiscardSession(room);
    },
    async react({ room, event, key }) {
        const content = { "m.relates_to": { rel_type: "m.annotation", event_id: event, key } };
        return { event: await send(room, null, "m.reaction", content) };
    },
    async sendFile({ room, data, name, thread, caption }) {
        const key = randomBytes(32);
        const iv = Buffer.concat([randomBytes(8), Buffer.alloc(8)]);
        const cipher = createCipheriv("aes-256-ctr", key, iv);
        const secret = Buffer.concat([cipher.update(Buffer.from(data, "base64")), cipher.final()]);
        const { content_uri: url } = await client.uploadContent(secret, { type: "application/octet-stream" });
        const plain = (bytes) => bytes.toString("base64").replace(/=+$/, "");
        const file = {
            url,
            v: "v2",
            key: { kty: "oct", alg: "A256CTR", ext: true, key_ops: ["encrypt", "decrypt"], k: key.toString("base64url") },
            iv: plain(iv),
            hashes: { sha256: plain(createHash("sha256").update(secret).digest()) },
        };
        const info = { mimetype: "text/plain", size: Buffer.from(data, "base64").length };
        const content = { msgtype: "m.file", body: caption ?? name, filename: name, file, info, "m.mentions": {} };
        return { event: await send(room, thread, "m.room.message", content) };
    },
    async readFile({ file }) {
        const url = client.mxcUrlToHttp(file.url, undefined, undefined, undefined, false, true, true);
        const answer = await fetch(url, { headers: { Authorization: `Bearer ${client.getAccessToken()}` } });
        const secret = Buffer.from(await answer.arrayBuffer());
        const hash = createHash("sha256").update(secret).digest("base64").replace(/=+$/, "");
        if (hash !== file.hashes.sha256) throw new Error("hash");
        const key = Buffer.from(file.key.k, "base64url");
        const decipher = createDecipheriv("aes-256-ctr", key, Buffer.from(file.iv, "base64"));
        return { data: Buffer.concat([decipher.update(secret), decipher.final()]).toString("base64") };
    },
    // The event as this client shows it, once it is here and (unless failing is expected) decrypted.
    // The shield is looked at until it is of this colour: the sender's keys may be asked for after the event has come.
    async see({ room, event, failing, edited, shield, seconds }) {
        const end = Date.now() + 1000 * (seconds ?? 40);
        let last = null;
        while (Date.now() < end) {
            const found = client.getRoom(room) && timeline(client.getRoom(room)).find((e) => e.getId() === event);
            if (found) {
                last = await described(found);
                const ready = failing ? last.failure : !last.failure && last.type !== "m.room.encrypted";
                if (ready && (!edited || last.edited) && (!shield || last.shield?.colour === shield)) return last;
            }
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        throw new Error("not seen: " + JSON.stringify(last));
    },
    // The first event of this kind from that sender, in an optional thread, once it is here and decrypted.
    async awaitKind({ room, kind, sender, thread, besides, words, shield, seconds }) {
        const end = Date.now() + 1000 * (seconds ?? 40);
        let there = [];
        while (Date.now() < end) {
            const found = client.getRoom(room);
            there = found ? timeline(found).filter((event) => event.getSender() === sender) : [];
            for (const event of there) {
                const content = event.getContent();
                if (content["org.postroom"]?.kind !== kind || (besides ?? []).includes(event.getId())) continue;
                if (content["m.relates_to"]?.rel_type === "m.replace" || event.isRelation("m.replace")) continue;
                if (thread && event.threadRootId !== thread) continue;
                if (words && !(content.body ?? "").includes(words)) continue;
                const shown = await described(event);
                if (!shield || shown.shield?.colour === shield) return shown;
            }
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        throw new Error("not seen: " + JSON.stringify(there.map((event) => [event.getType(), event.getContent()])));
    },
    // All that this sender posted there and this client reads, without edits, each as it stands now; how many it cannot read.
    async posted({ room, sender }) {
        const there = timeline(client.getRoom(room)).filter((event) => event.getSender() === sender);
        // An edit that is here and not decrypted yet makes the content of its event empty.
        const parts = there.flatMap((event) => [event, event.replacingEvent()]).filter((event) => event);
        await Promise.all(parts.map((event) => client.decryptEventIfNeeded(event)));
        const isEdit = (event) => event.getWireContent()["m.relates_to"]?.rel_type === "m.replace";
        const all = there.filter((event) => event.isEncrypted() && !isEdit(event));
        const readable = all.filter((event) => !event.isDecryptionFailure() && event.getType() !== "m.room.encrypted");
        return { events: await Promise.all(readable.map(described)), unread: all.length - readable.length };
    },
    async read({ room, event }) {
        const found = client.getRoom(room);
        const here = () => timeline(found).find((e) => e.getId() === event);
        // On its way from the room's timeline to its thread's, the SDK has it in neither.
        for (let tries = 0; tries < 400 && !here(); tries++) {
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        const read = here();
        if (!read) throw new Error("there is no such event");
        await client.sendReadReceipt(read);
        // The homeserver's word for it comes with a later sync, and takes back what was counted by then.
        const place = () => read.getThread() ?? found;
        const told = () => place().getReadReceiptForUserId(client.getUserId(), true)?.eventId === event;
        for (let tries = 0; tries < 400 && !told(); tries++) {
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        if (!told()) throw new Error("the receipt did not come back");
    },
    // What this client counts as unread in a thread, once it is so much.
    async unread({ room, thread, total, highlights }) {
        const found = client.getRoom(room);
        const count = (kind) => found.getThreadUnreadNotificationCount(thread, kind);
        const so = () => count("total") === total && count("highlight") === highlights;
        for (let tries = 0; tries < 400 && !so(); tries++) {
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        return { total: count("total"), highlights: count("highlight") };
    },
    async threads({ room }) {
        const found = client.getRoom(room);
        await found.createThreadsTimelineSets();
        await found.fetchRoomThreads();
        return { roots: found.threadsTimelineSets[0].getLiveTimeline().getEvents().map((event) => event.getId()) };
    },
    async trustOf({ user, device }) {
        const crypto = client.getCrypto();
        let status = null;
        // What changed on the server comes with a later sync.
        for (let tries = 0; tries < 400 && !status?.signedByOwner; tries++) {
            await crypto.getUserDeviceInfo([user], true);
            status = await crypto.getDeviceVerificationStatus(user, device);
            if (!status?.signedByOwner) await new Promise((resolve) => setTimeout(resolve, 100));
        }
        const owner = await crypto.getUserVerificationStatus(user);
        return {
            signedByOwner: status?.signedByOwner ?? null,
            crossSigningVerified: status?.crossSigningVerified ?? null,
            needsUserApproval: owner.needsUserApproval,
        };
    },
    async stop() {
        client.stopClient();
    },
};

for await (const line of createInterface({ input: process.stdin })) {
    const { id, op, ...rest } = JSON.parse(line);
    (async () => {
        try {
            const result = (await operations[op](rest)) ?? {};
            process.stdout.write(JSON.stringify({ id, result }) + "\n");
        } catch (fault) {
            process.stdout.write(JSON.stringify({ id, error: String(fault?.stack ?? fault) }) + "\n");
        }
        if (op === "stop") process.exit(0);
    })();
}
process.exit(0);
