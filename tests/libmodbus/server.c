/*
 * A Modbus server made of Debian's libmodbus, for tests: somebody else's idea of the protocol.
 *
 *     server tcp
 *     server rtu PATH BAUD PARITY STOP_BITS UNIT       PARITY is N, E or O
 *
 * Its standard input says what it holds, one line each, and ends with the line `serve`:
 *
 *     coil ADDRESS 0|1            discrete ADDRESS 0|1
 *     holding ADDRESS WORD...     input ADDRESS WORD...      words in hex
 *     int32 ADDRESS NUMBER        int64 ADDRESS NUMBER       into holding registers, by libmodbus
 *
 * Its standard output says `ready PORT` once (0 for a serial line), and then a line for each request
 * that it has answered: FUNCTION ADDRESS COUNT, and for a write what the tables hold after it.
 */

#include <errno.h>
#include <modbus/modbus.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TABLE_SIZE = 400, LONGEST_LIFE_SECONDS = 120 };

static void give_up(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, errno ? modbus_strerror(errno) : "not understood");
    exit(1);
}

/* Give the place of COUNT entries of a table, or end. */
static int place(const char *word, int count)
{
    char *end;
    long address = strtol(word, &end, 0);
    if (*end != '\0' || address < 0 || address + count > TABLE_SIZE)
        give_up(word);
    return (int)address;
}

static void set_words(uint16_t *table, const char *at)
{
    const char *word;
    for (int n = 0; (word = strtok(NULL, " ")) != NULL; n++)
        table[place(at, n + 1) + n] = (uint16_t)strtoul(word, NULL, 16);
}

static void set(modbus_mapping_t *held, char *line)
{
    const char *kind = strtok(line, " ");
    const char *first = strtok(NULL, " ");
    if (kind == NULL || first == NULL)
        give_up("empty line");
    else if (strcmp(kind, "holding") == 0)
        set_words(held->tab_registers, first);
    else if (strcmp(kind, "input") == 0)
        set_words(held->tab_input_registers, first);
    else {
        const char *second = strtok(NULL, " ");
        if (second == NULL)
            give_up(kind);
        else if (strcmp(kind, "coil") == 0)
            held->tab_bits[place(first, 1)] = *second == '1';
        else if (strcmp(kind, "discrete") == 0)
            held->tab_input_bits[place(first, 1)] = *second == '1';
        else if (strcmp(kind, "int32") == 0)
            MODBUS_SET_INT32_TO_INT16(held->tab_registers, place(first, 2), atoll(second));
        else if (strcmp(kind, "int64") == 0)
            MODBUS_SET_INT64_TO_INT16(held->tab_registers, place(first, 4), atoll(second));
        else
            give_up(kind);
    }
}

static void tell(modbus_t *wire, const uint8_t *request, const modbus_mapping_t *held)
{
    const uint8_t *pdu = request + modbus_get_header_length(wire);
    int function = pdu[0], address = pdu[1] << 8 | pdu[2];
    int is_single = function == 5 || function == 6;
    int count = is_single ? 1 : pdu[3] << 8 | pdu[4];
    printf("%d %d %d", function, address, count);
    for (int n = address; n < address + count && n < TABLE_SIZE; n++) {
        if (function == 5 || function == 15)
            printf(" %d", held->tab_bits[n]);
        if (function == 6 || function == 16)
            printf(" %d", held->tab_registers[n]);
    }
    printf("\n");
}

static void serve(modbus_t *wire, modbus_mapping_t *held, int is_serial)
{
    uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];
    for (;;) {
        int length = modbus_receive(wire, request);
        /* On a serial line noise is no reason to end; a wire that is gone is. */
        int is_noise = is_serial && (errno == ETIMEDOUT || errno >= MODBUS_ENOBASE);
        if (length < 0 && !is_noise)
            return;
        if (length > 0 && modbus_reply(wire, request, length, held) >= 0)
            tell(wire, request, held);
    }
}

static void serve_tcp(modbus_t *wire, modbus_mapping_t *held)
{
    struct sockaddr_in bound;
    socklen_t size = sizeof bound;
    int listener = modbus_tcp_listen(wire, 1);
    if (listener < 0 || getsockname(listener, (struct sockaddr *)&bound, &size) < 0)
        give_up("listen");
    printf("ready %d\n", ntohs(bound.sin_port));
    while (modbus_tcp_accept(wire, &listener) >= 0) {
        serve(wire, held, 0);
        modbus_close(wire);
    }
}

static void serve_rtu(modbus_t *wire, modbus_mapping_t *held, int unit)
{
    if (modbus_set_slave(wire, unit) < 0 || modbus_connect(wire) < 0)
        give_up("serial port");
    printf("ready 0\n");
    serve(wire, held, 1);
}

int main(int count, char **words)
{
    char line[256];
    int is_serial = count == 7 && strcmp(words[1], "rtu") == 0;
    if (!is_serial && !(count == 2 && strcmp(words[1], "tcp") == 0))
        give_up("usage: server tcp | rtu PATH BAUD PARITY STOP_BITS UNIT");
    modbus_mapping_t *held = modbus_mapping_new(TABLE_SIZE, TABLE_SIZE, TABLE_SIZE, TABLE_SIZE);
    modbus_t *wire = is_serial
        ? modbus_new_rtu(words[2], atoi(words[3]), words[4][0], 8, atoi(words[5]))
        : modbus_new_tcp("127.0.0.1", 0);
    if (held == NULL || wire == NULL)
        give_up("libmodbus");
    setvbuf(stdout, NULL, _IOLBF, 0);
    alarm(LONGEST_LIFE_SECONDS); /* a test that was killed leaves nothing behind */
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strcmp(line, "serve") == 0) {
            if (is_serial)
                serve_rtu(wire, held, atoi(words[6]));
            else
                serve_tcp(wire, held);
        }
        set(held, line);
    }
    return 0;
}
