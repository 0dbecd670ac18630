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
 * reload, and no cost that grows with the number of devices. User names that are not device ids
 * are left to the password file.
 *
 * Plugin interface: mosquitto_plugin.h and mosquitto_broker.h of Mosquitto 2.0, version 5.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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
#define MAX_KEYS 8               /* two live during a rotation; the rest is room */
#define CHECK_EVERY_NS 200000000 /* how often revoked.log is looked at */
#define LINES_PER_CHECK 256      /* a mass revocation is spread, so that the broker stays live */

#define UNUSED __attribute__((unused))

struct accounts {
	mosquitto_plugin_id_t *plugin;
	char folder[PATH_MAX - ID_LENGTH - 16]; /* room for "/", two digits, "/" and a name */
	char journal[PATH_MAX];
	ino_t journal_inode;
	off_t journal_read;
	struct timespec checked;
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

static void digest_of(const char *password, char digits[DIGEST_DIGITS + 1])
{
	unsigned char raw[SHA256_DIGEST_LENGTH];

	SHA256((const unsigned char *)password, strlen(password), raw);
	for (size_t i = 0; i < sizeof raw; i++) {
		snprintf(digits + 2 * i, 3, "%02x", raw[i]);
	}
}

/* Whether the account's file has the digest. Every line is compared, each in constant time. */
static bool file_has_digest(const char *path, const char *digest)
{
	char text[MAX_KEYS * (DIGEST_DIGITS + 1)];
	bool found = false;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (file < 0) {
		if (errno != ENOENT) {
			mosquitto_log_printf(MOSQ_LOG_ERR, "jeg_accounts: cannot read an account: %s", strerror(errno));
		}
		return false;
	}
	ssize_t length = read(file, text, sizeof text);
	close(file);
	for (ssize_t at = 0; at + DIGEST_DIGITS <= length; at += DIGEST_DIGITS + 1) {
		found |= CRYPTO_memcmp(text + at, digest, DIGEST_DIGITS) == 0;
	}
	return found;
}

static int on_login(int event UNUSED, void *event_data, void *userdata)
{
	struct mosquitto_evt_basic_auth *login = event_data;
	const struct accounts *accounts = userdata;
	char path[PATH_MAX];
	char digest[DIGEST_DIGITS + 1];

	if (login->username == NULL || !is_device_id(login->username)) {
		return MOSQ_ERR_PLUGIN_DEFER;
	}
	if (login->password == NULL) {
		return MOSQ_ERR_AUTH;
	}
	snprintf(path, sizeof path, "%s/%.2s/%s", accounts->folder, login->username, login->username);
	digest_of(login->password, digest);
	return file_has_digest(path, digest) ? MOSQ_ERR_SUCCESS : MOSQ_ERR_AUTH;
}

static void disconnect_revoked(struct accounts *accounts, int journal)
{
	char line[ID_LENGTH + 1];

	for (int i = 0; i < LINES_PER_CHECK; i++) {
		if (pread(journal, line, sizeof line, accounts->journal_read) != sizeof line) {
			return; /* the end, or a line that is still being written */
		}
		char *end = memchr(line, '\n', sizeof line);
		accounts->journal_read += end == NULL ? (off_t)sizeof line : end - line + 1;
		line[ID_LENGTH] = '\0';
		if (end == line + ID_LENGTH && is_device_id(line)) {
			/* Without its will: nothing more from this login reaches anybody. */
			mosquitto_kick_client_by_username(line, false);
		}
	}
}

static void read_journal(struct accounts *accounts)
{
	struct stat now;

	if (stat(accounts->journal, &now) != 0) {
		return; /* nothing has ever been revoked */
	}
	if (now.st_ino != accounts->journal_inode || now.st_size < accounts->journal_read) {
		accounts->journal_inode = now.st_ino;
		accounts->journal_read = 0;
	}
	if (now.st_size == accounts->journal_read) {
		return;
	}
	int journal = open(accounts->journal, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (journal >= 0) {
		disconnect_revoked(accounts, journal);
		close(journal);
	}
}

/* Runs in every round of the broker's loop, at least ten times a second. */
static int on_tick(int event UNUSED, void *event_data UNUSED, void *userdata)
{
	struct accounts *accounts = userdata;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	long long waited_ns = (now.tv_sec - accounts->checked.tv_sec) * 1000000000LL
		+ now.tv_nsec - accounts->checked.tv_nsec;
	if (waited_ns >= CHECK_EVERY_NS) {
		accounts->checked = now;
		read_journal(accounts);
	}
	return MOSQ_ERR_SUCCESS;
}

/* Nobody is connected yet: what is in the journal at the start concerns no one. */
static void skip_journal(struct accounts *accounts)
{
	struct stat now;

	if (stat(accounts->journal, &now) == 0) {
		accounts->journal_inode = now.st_ino;
		accounts->journal_read = now.st_size;
	}
}

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
	snprintf(accounts->journal, sizeof accounts->journal, "%s/revoked.log", folder);
	skip_journal(accounts);
	*userdata = accounts;
	int failed = mosquitto_callback_register(id, MOSQ_EVT_BASIC_AUTH, on_login, NULL, accounts);
	return failed ? failed : mosquitto_callback_register(id, MOSQ_EVT_TICK, on_tick, NULL, accounts);
}

int mosquitto_plugin_cleanup(void *userdata, struct mosquitto_opt *options UNUSED, int count UNUSED)
{
	struct accounts *accounts = userdata;

	if (accounts != NULL) {
		mosquitto_callback_unregister(accounts->plugin, MOSQ_EVT_BASIC_AUTH, on_login, NULL);
		mosquitto_callback_unregister(accounts->plugin, MOSQ_EVT_TICK, on_tick, NULL);
		mosquitto_free(accounts);
	}
	return MOSQ_ERR_SUCCESS;
}
