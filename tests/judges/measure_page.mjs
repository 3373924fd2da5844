// Lets Lighthouse measure pages and prints its scores as JSON; decides nothing, tests/test_lighthouse.py does.
// Its one argument is JSON: the addresses, the browser, a port, and how often to try at the most.

import lighthouse from "lighthouse";
import { chromium } from "playwright-core";
import { FLAGS } from "./browser.mjs";

const { addresses, browser: executablePath, port, tries } = JSON.parse(process.argv[2]);

// Noise makes a page slower, never faster: the best of a few runs is nearest to the page's own speed.
async function measure(address) {
  const runs = [];
  for (let run = 0; run < tries; run += 1) {
    const { lhr } = await lighthouse(address, {
      port,
      logLevel: "error",
      onlyCategories: ["performance", "accessibility", "best-practices"],
    });
    const scores = Object.fromEntries(Object.values(lhr.categories).map(({ id, score }) => [id, Math.round(score * 100)]));
    const wanting = Object.values(lhr.audits).filter(({ score }) => score !== null && score < 1);
    runs.push({ scores, wanting: wanting.map(({ id, score, displayValue = "" }) => `${id} ${score} ${displayValue}`) });
    if (Object.values(scores).every((score) => score === 100)) break;
  }
  return runs;
}

const browser = await chromium.launch({ executablePath, args: [...FLAGS, `--remote-debugging-port=${port}`] });
try {
  const measured = {};
  for (const address of addresses) measured[address] = await measure(address);
  console.log(JSON.stringify(measured));
} finally {
  await browser.close();
}
