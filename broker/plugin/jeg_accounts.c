/*
 * Device accounts for Mosquitto: one small file per device, looked up when a device connects.
 *
 * <accounts_dir>/<first two characters of the id>/<device id>
 *     one line per valid key: the SHA-256 digest of the key, 64 lower-case hexadecimal digits.
 * <accounts_dir>/revoked.log
 *     one device id per line, appended whenever a key of a device stops being valid. Whoever is
 *     connected under that name is disconnected and must prove a key again.
 *
 * Registering a device is writing one file; removing one is deleting it and appending one line. No
 * reload, and no cost that grows with the number of devices. User names that are neither device ids
 * nor subscribers are left to the password file.
 *
 * <accounts_dir>/subscribers/<id>
 *     who only reads, under the user name "sub-<id>": a line with the digest of the password, then a
 *     line for each topic that may be read, in which + stands for any one level. Whatever in the file
 *     is not of this form allows nothing.
 * <accounts_dir>/subscribers/revoked.log
 *     as above: their ids, whenever one is removed.
 *
 * What is refused leaves a trace: a message on jeg/v1/broker/refused, which only ingest may read, with
 * the device id, the reason and the topic that was tried; never a key or a payload. It is bounded, per
 * device and in all, so that no client can flood anybody by being refused; the rest is counted.
 *
 * Plugin interface: mosquitto_plugin.h and mosquitto_broker.h of Mosquitto 2.0, version 5.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>

#define ID_LENGTH 36
#define DIGEST_DIGITS (2 * SHA256_DIGEST_LENGTH)
#define SUBSCRIBER "sub-"        /* begins the user names of those who only read */
#define MAX_GRANTS_SIZE 8192     /* bytes of a subscriber's file that are read */
#define MAX_KEYS 8               /* two live during a rotation; the rest is room */
#define CHECK_EVERY 0.2          /* seconds between two looks at revoked.log */
#define TELL_EVERY 5             /* seconds between two counts of what was not told */
#define LINES_PER_CHECK 256      /* a mass revocation is spread, so that the broker stays live */

#define REFUSED "jeg/v1/broker/refused"
#define TOPIC_SHOWN 256 /* bytes of a foreign topic that are told */
#define SLOTS 1024      /* devices share these by hash */

static const double ALL_PER_SECOND = 5, ALL_AT_ONCE = 200;
static const double DEVICE_PER_SECOND = 0.2, DEVICE_AT_ONCE = 10;

#define UNUSED __attribute__((unused))

/* So much may pass per second; what was not used is saved up. */
struct bucket {
	double used;
	double at;
};

/* Who is to be disconnected, as it is appended to a file; read so far. */
struct journal {
	const char *prefix; /* of the user names, before the id */
	char path[PATH_MAX];
	ino_t inode;
	off_t read;
};

struct accounts {
	mosquitto_plugin_id_t *plugin;
	char folder[PATH_MAX - ID_LENGTH - 32]; /* room for "/", two digits or "subscribers", "/", a name */
	struct journal devices;
	struct journal subscribers;
	double checked;
	double told;
	struct bucket all;
	struct bucket device[SLOTS];
	long suppressed; /* refusals that were not told, since the last that were */
};

/* Whether a user name is a device id: a UUID in its lower-case form of 36 characters. */
static bool is_device_id(const char *name)
{
	for (int i = 0; i < ID_LENGTH; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		bool digit = (name[i] >= '0' && name[i] <= '9') || (name[i] >= 'a' && name[i] <= 'f');
		if (dash ? name[i] != '-' : !digit) {
			return false; /* the terminating zero ends here, too */
		}
	}
	return name[ID_LENGTH] == '\0';
}

/* The id in the user name of a subscriber; NULL for anybody else. */
static const char *subscriber_id(const char *name)
{
	size_t length = sizeof SUBSCRIBER - 1;

	return strncmp(name, SUBSCRIBER, length) == 0 && is_device_id(name + length) ? name + length : NULL;
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool has_room(struct bucket *bucket, double per_second, double at_once, double now)
{
	double left = bucket->used - (now - bucket->at) * per_second;

	bucket->used = left > 0 ? left : 0;
	bucket->at = now;
	return bucket->used + 1 <= at_once;
}

/* A topic as the inside of a JSON string, cut between two characters. */
static void quote(const char *topic, char quoted[2 * TOPIC_SHOWN + 1])
{
	size_t length = strnlen(topic, TOPIC_SHOWN + 1), end = 0;

	if (length > TOPIC_SHOWN) {
		for (length = TOPIC_SHOWN; length > 0 && (topic[length] & 0xC0) == 0x80; length--) {
		}
	}
	for (size_t i = 0; i < length; i++) {
		if (topic[i] == '"' || topic[i] == '\\') {
			quoted[end++] = '\\';
		}
		quoted[end++] = (unsigned char)topic[i] < ' ' ? '?' : topic[i];
	}
	quoted[end] = '\0';
}

static void tell(const char *json, int length)
{
	if (mosquitto_broker_publish_copy(NULL, REFUSED, length, json, 1, false, NULL) != MOSQ_ERR_SUCCESS) {
		mosquitto_log_printf(MOSQ_LOG_ERR, "jeg_accounts: a refusal could not be told");
	}
}

/* Tell of a refusal, unless there were too many. The topic is NULL where none was tried. */
static void refused(struct accounts *accounts, const char *device_id, const char *reason, const char *topic)
{
	char quoted[2 * TOPIC_SHOWN + 1] = "";
	char json[sizeof quoted + 128];
	uint32_t hash = 2166136261u; /* FNV-1a */
	double now = seconds_now();

	for (const char *at = device_id; *at != '\0'; at++) {
		hash = (hash ^ (unsigned char)*at) * 16777619u;
	}
	struct bucket *own = &accounts->device[hash % SLOTS];
	if (!has_room(own, DEVICE_PER_SECOND, DEVICE_AT_ONCE, now)
		|| !has_room(&accounts->all, ALL_PER_SECOND, ALL_AT_ONCE, now)) {
		accounts->suppressed++;
		return;
	}
	own->used++;
	accounts->all.used++;
	quote(topic == NULL ? REFUSED : topic, quoted);
	tell(json, snprintf(json, sizeof json, "{\"device_id\":\"%s\",\"reason\":\"%s\",\"topic\":\"%s\"}",
		device_id, reason, quoted));
}

static void tell_suppressed(struct accounts *accounts)
{
	char json[64];

	if (accounts->suppressed > 0) {
		tell(json, snprintf(json, sizeof json, "{\"suppressed\":%ld}", accounts->suppressed));
		accounts->suppressed = 0;
	}
}

static void digest_of(const char *password, char digits[DIGEST_DIGITS + 1])
{
	unsigned char raw[SHA256_DIGEST_LENGTH];

	SHA256((const unsigned char *)password, strlen(password), raw);
	for (size_t i = 0; i < sizeof raw; i++) {
		snprintf(digits + 2 * i, 3, "%02x", raw[i]);
	}
}

/*
 * Why a digest is refused; NULL when the account's file has it. Every line is compared, each in
 * constant time.
 */
static const char *fault_of(const char *path, const char *digest)
{
	char text[MAX_KEYS * (DIGEST_DIGITS + 1)];
	bool found = false;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (file < 0) {
		if (errno != ENOENT) {
			mosquitto_log_printf(MOSQ_LOG_ERR, "jeg_accounts: cannot read an account: %s", strerror(errno));
		}
		return "unknown_device";
	}
	ssize_t length = read(file, text, sizeof text);
	close(file);
	for (ssize_t at = 0; at + DIGEST_DIGITS <= length; at += DIGEST_DIGITS + 1) {
		found |= CRYPTO_memcmp(text + at, digest, DIGEST_DIGITS) == 0;
	}
	return found ? NULL : "wrong_key";
}

/*
 * Read a subscriber's file, cut at the last whole line; its length, 0 where there is none. What does
 * not begin with a digest and a line's end is nobody's account.
 */
static size_t read_grants(const struct accounts *accounts, const char *id, char text[MAX_GRANTS_SIZE + 1])
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/subscribers/%s", accounts->folder, id);
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (file < 0) {
		if (errno != ENOENT) {
			mosquitto_log_printf(MOSQ_LOG_ERR, "jeg_accounts: cannot read a subscriber: %s", strerror(errno));
		}
		return 0;
	}
	ssize_t length = read(file, text, MAX_GRANTS_SIZE);
	close(file);
	while (length > 0 && text[length - 1] != '\n') {
		length--;
	}
	if (length <= DIGEST_DIGITS || text[DIGEST_DIGITS] != '\n' || memchr(text, '\0', (size_t)length) != NULL) {
		return 0;
	}
	text[length] = '\0';
	return (size_t)length;
}

/* Whether everything that a filter matches is matched by a grant, of which + is one level. */
static bool covers(const char *grant, size_t length, const char *filter)
{
	const char *end = grant + length;

	while (grant < end) {
		size_t own = strcspn(filter, "/");
		const char *slash = memchr(grant, '/', (size_t)(end - grant));
		size_t level = (size_t)((slash == NULL ? end : slash) - grant);
		bool any = level == 1 && *grant == '+';

		if (any ? own == 0 || *filter == '#' : own != level || memcmp(grant, filter, level) != 0) {
			return false;
		}
		grant += level;
		filter += own;
		if (grant == end) {
			return *filter == '\0';
		}
		if (*filter != '/') {
			return false;
		}
		grant++;
		filter++;
	}
	return false;
}

static int subscriber_access(const struct accounts *accounts, const char *id, int access, const char *topic)
{
	char text[MAX_GRANTS_SIZE + 1];

	if (access == MOSQ_ACL_UNSUBSCRIBE) {
		return MOSQ_ERR_SUCCESS;
	}
	if (access == MOSQ_ACL_WRITE || read_grants(accounts, id, text) == 0) {
		return MOSQ_ERR_ACL_DENIED;
	}
	const char *line = text + DIGEST_DIGITS + 1;
	for (const char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		if (covers(line, (size_t)(end - line), topic)) {
			return MOSQ_ERR_SUCCESS;
		}
	}
	return MOSQ_ERR_ACL_DENIED;
}

static int subscriber_login(const struct accounts *accounts, const char *id, const char *password)
{
	char text[MAX_GRANTS_SIZE + 1];
	char digest[DIGEST_DIGITS + 1];

	if (password == NULL || read_grants(accounts, id, text) == 0) {
		return MOSQ_ERR_AUTH;
	}
	digest_of(password, digest);
	return CRYPTO_memcmp(text, digest, DIGEST_DIGITS) == 0 ? MOSQ_ERR_SUCCESS : MOSQ_ERR_AUTH;
}

static int on_login(int event UNUSED, void *event_data, void *userdata)
{
	struct mosquitto_evt_basic_auth *login = event_data;
	struct accounts *accounts = userdata;
	char path[PATH_MAX];
	char digest[DIGEST_DIGITS + 1];

	if (login->username == NULL) {
		return MOSQ_ERR_PLUGIN_DEFER;
	}
	const char *reader = subscriber_id(login->username);
	if (reader != NULL) {
		return subscriber_login(accounts, reader, login->password);
	}
	if (!is_device_id(login->username)) {
		return MOSQ_ERR_PLUGIN_DEFER;
	}
	if (login->password == NULL) {
		refused(accounts, login->username, "missing_key", NULL);
		return MOSQ_ERR_AUTH;
	}
	snprintf(path, sizeof path, "%s/%.2s/%s", accounts->folder, login->username, login->username);
	digest_of(login->password, digest);
	const char *fault = fault_of(path, digest);
	if (fault != NULL) {
		refused(accounts, login->username, fault, NULL);
	}
	return fault == NULL ? MOSQ_ERR_SUCCESS : MOSQ_ERR_AUTH;
}

/* Whether a topic is jeg/v1/+/<device id>/up/#, what access.acl lets a device write. */
static bool is_own(const char *topic, const char *device_id)
{
	static const char root[] = "jeg/v1/";

	if (strncmp(topic, root, sizeof root - 1) != 0) {
		return false;
	}
	const char *at = strchr(topic + sizeof root - 1, '/');
	if (at == NULL || strncmp(at + 1, device_id, ID_LENGTH) != 0) {
		return false;
	}
	at += 1 + ID_LENGTH;
	return strncmp(at, "/up", 3) == 0 && (at[3] == '/' || at[3] == '\0');
}

/* What is not denied here is left to access.acl. */
static int on_access(int event UNUSED, void *event_data, void *userdata)
{
	const struct mosquitto_evt_acl_check *check = event_data;

	const char *name = mosquitto_client_username(check->client);
	const char *reader = name == NULL ? NULL : subscriber_id(name);
	if (reader != NULL) {
		return subscriber_access(userdata, reader, check->access, check->topic);
	}
	if (check->access != MOSQ_ACL_WRITE) {
		return MOSQ_ERR_PLUGIN_DEFER;
	}
	if (name == NULL || !is_device_id(name) || is_own(check->topic, name)) {
		return MOSQ_ERR_PLUGIN_DEFER;
	}
	refused(userdata, name, "foreign_topic", check->topic);
	return MOSQ_ERR_ACL_DENIED;
}

static void disconnect_revoked(struct journal *journal, int file)
{
	char line[ID_LENGTH + 1];
	char name[sizeof SUBSCRIBER + ID_LENGTH];

	for (int i = 0; i < LINES_PER_CHECK; i++) {
		if (pread(file, line, sizeof line, journal->read) != sizeof line) {
			return; /* the end, or a line that is still being written */
		}
		char *end = memchr(line, '\n', sizeof line);
		journal->read += end == NULL ? (off_t)sizeof line : end - line + 1;
		line[ID_LENGTH] = '\0';
		if (end == line + ID_LENGTH && is_device_id(line)) {
			snprintf(name, sizeof name, "%s%s", journal->prefix, line);
			/* Without its will: nothing more from this login reaches anybody. */
			mosquitto_kick_client_by_username(name, false);
		}
	}
}

static void read_journal(struct journal *journal)
{
	struct stat now;

	if (stat(journal->path, &now) != 0) {
		return; /* nothing has ever been revoked */
	}
	if (now.st_ino != journal->inode || now.st_size < journal->read) {
		journal->inode = now.st_ino;
		journal->read = 0;
	}
	if (now.st_size == journal->read) {
		return;
	}
	int file = open(journal->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (file >= 0) {
		disconnect_revoked(journal, file);
		close(file);
	}
}

/* Runs in every round of the broker's loop, at least ten times a second. */
static int on_tick(int event UNUSED, void *event_data UNUSED, void *userdata)
{
	struct accounts *accounts = userdata;
	double now = seconds_now();

	if (now - accounts->checked >= CHECK_EVERY) {
		accounts->checked = now;
		read_journal(&accounts->devices);
		read_journal(&accounts->subscribers);
	}
	if (now - accounts->told >= TELL_EVERY) {
		accounts->told = now;
		tell_suppressed(accounts);
	}
	return MOSQ_ERR_SUCCESS;
}

/* Nobody is connected yet: what is in a journal at the start concerns no one. */
static void begin_journal(struct journal *journal, const char *folder, const char *below, const char *prefix)
{
	struct stat now;

	journal->prefix = prefix;
	snprintf(journal->path, sizeof journal->path, "%s/%srevoked.log", folder, below);
	if (stat(journal->path, &now) == 0) {
		journal->inode = now.st_ino;
		journal->read = now.st_size;
	}
}

static const struct {
	int event;
	MOSQ_FUNC_generic_callback function;
} callbacks[] = {
	{MOSQ_EVT_BASIC_AUTH, on_login},
	{MOSQ_EVT_ACL_CHECK, on_access},
	{MOSQ_EVT_TICK, on_tick},
};

int mosquitto_plugin_version(int count, const int *versions)
{
	for (int i = 0; i < count; i++) {
		if (versions[i] == MOSQ_PLUGIN_VERSION) {
			return MOSQ_PLUGIN_VERSION;
		}
	}
	return -1;
}

int mosquitto_plugin_init(mosquitto_plugin_id_t *id, void **userdata, struct mosquitto_opt *options,
	int count)
{
	const char *folder = NULL;

	for (int i = 0; i < count; i++) {
		if (strcmp(options[i].key, "accounts_dir") == 0) {
			folder = options[i].value;
		}
	}
	struct accounts *accounts = mosquitto_calloc(1, sizeof *accounts);
	if (accounts == NULL) {
		return MOSQ_ERR_NOMEM;
	}
	if (folder == NULL || strlen(folder) >= sizeof accounts->folder) {
		mosquitto_log_printf(MOSQ_LOG_ERR, "jeg_accounts: plugin_opt_accounts_dir is missing or too long");
		mosquitto_free(accounts);
		return MOSQ_ERR_INVAL;
	}
	accounts->plugin = id;
	strcpy(accounts->folder, folder);
	begin_journal(&accounts->devices, folder, "", "");
	begin_journal(&accounts->subscribers, folder, "subscribers/", SUBSCRIBER);
	*userdata = accounts;
	for (size_t i = 0; i < sizeof callbacks / sizeof *callbacks; i++) {
		int failed = mosquitto_callback_register(id, callbacks[i].event, callbacks[i].function, NULL, accounts);
		if (failed) {
			return failed;
		}
	}
	return MOSQ_ERR_SUCCESS;
}

int mosquitto_plugin_cleanup(void *userdata, struct mosquitto_opt *options UNUSED, int count UNUSED)
{
	struct accounts *accounts = userdata;

	if (accounts != NULL) {
		for (size_t i = 0; i < sizeof callbacks / sizeof *callbacks; i++) {
			mosquitto_callback_unregister(accounts->plugin, callbacks[i].event, callbacks[i].function, NULL);
		}
		mosquitto_free(accounts);
	}
	return MOSQ_ERR_SUCCESS;
}
