// Write the call that sends a file to the service, for a shell, Python and JavaScript.

import { apiKey } from "./api_key.js";
import { address, withQuery } from "./service.js";

export const KEY_HEADER = "Authorization: Bearer $HEED_API_KEY"; // a shell's; the key itself is never shown

const url = (settings) => address(withQuery("transcribe", settings)).href;

export function curl(file, settings) {
  const key = apiKey() ? `-H "${KEY_HEADER}" ` : "";
  const target = settings || url().includes("?") ? quotedForShell(url(settings)) : url();
  if (/^[\w.-]+$/.test(file.name)) return `curl -F file=@${file.name} ${key}${target}`;
  const quotedForCurl = file.name.replace(/["\\]/g, "\\$&");
  return `curl -F ${quotedForShell(`file=@"${quotedForCurl}"`)} ${key}${target}`;
}

export function python(file, settings) {
  const key = apiKey() ? `, "Authorization": "Bearer " + os.environ["HEED_API_KEY"]` : "";
  return `import json
${apiKey() ? "import os\n" : ""}from urllib.request import Request, urlopen

with open(${JSON.stringify(file.name)}, "rb") as clip:
    headers = {"Content-Type": "application/octet-stream"${key}}
    request = Request("${url(settings)}", clip.read(), headers)
print(json.load(urlopen(request))["text"])
`;
}

export function javascript(file, settings) {
  const key = apiKey() ? ', Authorization: `Bearer ${process.env.HEED_API_KEY}`' : "";
  return `import { readFile } from "node:fs/promises";

const body = await readFile(${JSON.stringify(file.name)}); // in a browser, any File or Blob
const headers = { "Content-Type": "application/octet-stream"${key} };
const answer = await fetch("${url(settings)}", { method: "POST", headers, body });
console.log((await answer.json()).text);
`;
}

const quotedForShell = (text) => `'${text.replaceAll("'", "'\\''")}'`;
