// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "event.h"

/* Cuts the line off at the next END, which is skipped; NULL: there is none. */
static char *cut(char **rest, const char *end)
{
	char *start = *rest, *found = strstr(start, end);

	if (!found)
		return NULL;
	*found = '\0';
	*rest = found + strlen(end);
	return start;
}

/* What stands before the time depends on the options of the trace. */
static char *cut_time(char **rest)
{
	char *time = cut(rest, ": "), *blank;

	if (!time)
		return NULL;
	blank = strrchr(time, ' ');
	return blank ? blank + 1 : time;
}

static bool says_something(const struct field *field)
{
	return *field->value && !(!strcmp(field->name, "group") && !strcmp(field->value, "0"));
}

static void parse_fields(char *text, struct event *event)
{
	char *word, *save = NULL;

	event->count = 0;
	for (word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		struct field *field = &event->fields[event->count];
		char *value = strchr(word, '=');

		if (!value || event->count == EVENT_FIELDS)
			continue;
		*value = '\0';
		field->name = word;
		field->value = value + 1;
		if (says_something(field))
			event->count++;
	}
}

/* A trace learns the name of a thread when that is next switched out: we may be earlier. */
static void look_up_thread(struct event *event)
{
	char path[32], *end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", event->tid);
	file = fopen(path, "re");
	if (!file)
		return;
	if (fgets(event->looked_up, sizeof(event->looked_up), file)) {
		end = strchrnul(event->looked_up, '\n');
		*end = '\0';
		event->thread = event->looked_up;
	}
	fclose(file);
}

bool event_parse(char *line, struct event *event)
{
	char *rest, *cpu;

	if (strlen(line) <= EVENT_NAME_WIDTH || line[EVENT_NAME_WIDTH] != '-')
		return false;
	line[EVENT_NAME_WIDTH] = '\0';
	event->thread = line + strspn(line, " ");
	rest = line + EVENT_NAME_WIDTH + 1;
	event->tid = atoi(rest);
	if (!cut(&rest, "["))
		return false;
	cpu = cut(&rest, "]");
	event->time = cpu ? cut_time(&rest) : NULL;
	event->name = event->time ? cut(&rest, ": ") : NULL;
	if (!event->name)
		return false;
	event->cpu = atoi(cpu);
	if (!strcmp(event->thread, "<...>"))
		look_up_thread(event);
	parse_fields(rest, event);
	return true;
}

bool event_has(const struct event *event, const char *name, const char *value)
{
	int i;

	for (i = 0; i < event->count; i++)
		if (!strcmp(event->fields[i].name, name))
			return !strcmp(event->fields[i].value, value);
	return false;
}

void event_print(const struct event *event)
{
	int i;

	printf("%s %s-%d %s", event->time, event->thread, event->tid, event->name);
	for (i = 0; i < event->count; i++)
		printf(" %s=%s", event->fields[i].name, event->fields[i].value);
	putchar('\n');
}

/* Names can look like numbers. */
static json_t *json_value(const struct field *field)
{
	bool is_text = !strcmp(field->name, "mailbox") || !strcmp(field->name, "name") ||
		       !strcmp(field->name, "how");

	return is_text ? json_string(field->value) :
			 json_integer(strtoll(field->value, NULL, 10));
}

void event_print_json(const struct event *event)
{
	json_t *row = json_pack("{s:f, s:s%, s:i, s:i, s:s}", "time", atof(event->time),
				"thread", event->thread, strlen(event->thread),
				"tid", event->tid, "cpu", event->cpu, "event", event->name);
	int i;

	/* A name that is no UTF-8 cannot be told. */
	if (!row)
		row = json_pack("{s:f, s:i, s:i, s:s}", "time", atof(event->time),
				"tid", event->tid, "cpu", event->cpu, "event", event->name);
	for (i = 0; i < event->count; i++)
		json_object_set_new(row, event->fields[i].name, json_value(&event->fields[i]));
	json_dumpf(row, stdout, JSON_COMPACT | JSON_REAL_PRECISION(15));
	putchar('\n');
	json_decref(row);
}
