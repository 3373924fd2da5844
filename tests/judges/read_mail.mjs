// Reads a mail from standard input with postal-mime, and prints what it found as JSON; decides nothing.

import { readFileSync } from "node:fs";
import PostalMime from "postal-mime";

const mail = await PostalMime.parse(readFileSync(0), { attachmentEncoding: "base64" });
console.log(JSON.stringify(mail));
