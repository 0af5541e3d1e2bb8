// The reference below the API view, made from the service's OpenAPI document.

import { element, make } from "./elements.js";
import { address } from "./service.js";
import { KEY_HEADER } from "./snippets.js";
import { TEXTS } from "./texts.js";

export function showReference({ info, paths, components }) {
  element("about").append(...paragraphs(info.description));
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      element("operations").append(article(method.toUpperCase(), path, operation, components.schemas));
    }
  }
}

function article(method, path, { description = "", parameters = [], requestBody, security = [], responses }, schemas) {
  const url = address(path.slice(1));
  return make(
    "article",
    {},
    make("h2", {}, make("code", { textContent: `${method} ${path}` })),
    ...paragraphs(description),
    make("code", { className: "command", tabIndex: 0, textContent: command(url, requestBody, security) }),
    ...list(TEXTS.parameters, parameters.map(({ name, schema }) => [name, values(schema), ""])),
    ...list(TEXTS.answer, fields(responses[200], schemas)),
    ...list(TEXTS.statuses, Object.entries(responses).map(([status, { description }]) => [status, description, ""])),
  );
}

/** Write the shell's line that calls an operation. */
function command(url, requestBody, security) {
  const key = security.length ? `-H "${KEY_HEADER}" ` : "";
  const clip = requestBody ? "-F file=@clip.wav " : "";
  return `curl ${clip}${key}${url}`;
}

/** List the parts of an answer's JSON: name, meaning, type. */
function fields(answer, schemas) {
  const schema = resolved(answer?.content?.["application/json"]?.schema ?? {}, schemas);
  return Object.entries(schema.properties ?? {}).map(([name, part]) => [name, part.description ?? "", type(part)]);
}

/** Follow references, lists and the first of several forms to the schema that has the properties. */
function resolved(schema, schemas) {
  if (schema.$ref) return schemas[schema.$ref.split("/").pop()];
  const inner = schema.anyOf?.[0] ?? schema.items;
  return inner ? resolved(inner, schemas) : schema;
}

/** Say which values a parameter takes: the range of a number, the description of any other. */
function values(schema) {
  const { anyOf: [form] = [schema] } = schema;
  return "minimum" in form ? TEXTS.range(form) : (form.description ?? "");
}

function type({ type: name, anyOf, items, $ref, enum: values, const: value }) {
  if (anyOf) return anyOf.map(type).join(TEXTS.or);
  if (values) return values.join(TEXTS.or);
  if (value) return value;
  if ($ref) return $ref.split("/").pop();
  return items ? TEXTS.listOf(type(items)) : name;
}

function list(title, rows) {
  if (!rows.length) return [];
  const row = ([name, meaning, kind]) => [
    make("dt", {}, make("code", { textContent: name })),
    make("dd", {}, ...marked(meaning), make("span", { textContent: kind && ` ${kind}` })),
  ];
  return [make("h3", { textContent: title }), make("dl", {}, ...rows.flatMap(row))];
}

const paragraphs = (text) => text.split(/\n{2,}/).filter(Boolean).map(paragraph);

const paragraph = (text) => make("p", {}, ...marked(text));

/** Turn text with `code` and **strong** words into elements. */
function marked(text) {
  const parts = text.split(/(`[^`]+`|\*\*.+?\*\*)/);
  return parts.map((part) => {
    if (part.startsWith("**")) return make("strong", {}, ...marked(part.slice(2, -2)));
    return part.startsWith("`") ? make("code", { textContent: part.slice(1, -1) }) : part;
  });
}
