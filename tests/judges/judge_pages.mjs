// Looks at pages in a browser and prints, as JSON, what was found; decides nothing, tests/test_html_judges.py does.
// Its one argument is JSON: the site's address, its pages, the browser, a port, and a folder for screenshots.
// The browser starts once: axe-core, the keyboard and Lighthouse share it.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import lighthouse from "lighthouse";
import { chromium } from "playwright-core";

const { address, pages, thorough, browser: executablePath, port, screenshots } = JSON.parse(process.argv[2]);

const AXE = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SCHEMES = ["light", "dark"];
const COLOUR_RULES = { type: "rule", values: ["color-contrast", "link-in-text-block"] };
const AXE_WIDTHS = [360, 1280];
const PICTURE_WIDTHS = [360, 768, 1280];
const WIDTHS = [320, 360, 768, 1280, 1920];
const HEIGHT = 900;
const AT_ONCE = 2; // pages
const TALLEST = 16000; // pixels that a browser draws at once
const MOST_TABS = 1000;
const LIGHTHOUSE_RUNS = 3;

// Without the flags about the background, Chromium looks up hosts of its maker.
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  `--remote-debugging-port=${port}`,
];

// In the page. Tables are laid out when a reader comes near; a judge wants them all.
// A style sheet made by script is not the page's own and so no matter of its policy.
function layOutAll() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".table-block { content-visibility: visible !important; }");
  document.adoptedStyleSheets = [sheet];
}

// In the page.
function openAll() {
  for (const details of document.querySelectorAll("details")) details.open = true;
}

// In the page. What sticks out to the right, but for what a frame keeps to itself.
function overflow() {
  const { scrollWidth } = document.scrollingElement;
  if (scrollWidth <= innerWidth) return null;
  const wide = [...document.body.querySelectorAll("*")].filter(
    (element) => element.getBoundingClientRect().right > innerWidth + 0.5 && !element.parentElement.closest(".frame"),
  );
  return { scrollWidth, elements: wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 120)) };
}

// In the page. WCAG 1.4.4 and 1.4.12: text twice as large, or set as widely as a reader may.
function adjust(rule) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rule);
  document.adoptedStyleSheets = [document.adoptedStyleSheets[0], sheet];
}
const ADJUSTMENTS = {
  "text at 200 %": ":root { font-size: 212.5% !important; }",
  "wide spacing":
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }" +
    " p { margin-block-end: 2em !important; }",
};

// In the page. The focused element: what it is, and whether a reader sees it and its ring.
function focused() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const [x, y] = [box.left + Math.min(box.width, innerWidth) / 2, box.top + Math.min(box.height, innerHeight) / 2];
  const top = document.elementFromPoint(Math.min(Math.max(x, 0), innerWidth - 1), Math.min(Math.max(y, 0), innerHeight - 1));
  return {
    html: element.outerHTML.slice(0, 120),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.bottom > 0 && box.top < innerHeight && Boolean(top) && (element.contains(top) || top.contains(element)),
  };
}

// What is dark differs in its colours only.
async function axe(page, scheme) {
  const options = { runOnly: scheme === "dark" ? COLOUR_RULES : RULES, resultTypes: ["violations"], preload: false };
  const result = await page.evaluate((wanted) => globalThis.axe.run(wanted), options);
  return result.violations.map(({ id, impact, help, nodes }) => ({
    rule: `${id} (${impact}): ${help}`,
    elements: nodes.slice(0, 5).map((node) => `${node.target} ${node.failureSummary}`),
    count: nodes.length,
  }));
}

async function picture(page, name) {
  const { width } = page.viewportSize();
  const protocol = await page.context().newCDPSession(page); // Playwright itself packs pictures tight, and slowly
  const height = await page.evaluate(() => document.scrollingElement.scrollHeight);
  for (let top = 0, part = 1; top < height; top += TALLEST, part += 1) {
    const clip = { x: 0, y: top, width, height: Math.min(TALLEST, height - top), scale: 1 };
    const how = { format: "png", optimizeForSpeed: true, captureBeyondViewport: true, clip };
    const { data } = await protocol.send("Page.captureScreenshot", how);
    const path = join(screenshots, `${name}${height > TALLEST ? `-${part}` : ""}.png`);
    writeFileSync(path, Buffer.from(data, "base64"));
  }
}

async function open(context, path, log = { console: [], requests: [], weight: 0 }) {
  const page = await context.newPage();
  const sizes = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) log.console.push(message.text());
  });
  page.on("pageerror", (error) => log.console.push(String(error)));
  page.on("request", (request) => log.requests.push(request.url()));
  page.on("requestfinished", (request) => sizes.push(request.sizes()));
  await page.goto(`${address}/${path}`, { waitUntil: "load" });
  await page.evaluate(() => document.fonts.ready.then(() => null));
  log.weight = (await Promise.all(sizes)).reduce((sum, size) => sum + size.responseBodySize, 0);
  return page;
}

async function judge(browser, path) {
  const log = { console: [], requests: [], weight: 0 };
  const context = await browser.newContext({ viewport: { width: 1280, height: HEIGHT } });
  await context.addInitScript(() => {
    globalThis.violations = [];
    addEventListener("securitypolicyviolation", (event) => globalThis.violations.push(event.violatedDirective));
  });
  const page = await open(context, path, log);
  const name = path.replace("/index.html", "").replaceAll("/", "-");
  const found = { path, axe: {}, overflow: {} };
  found.text = await page.evaluate(() => document.body.textContent);
  found.fonts = await page.evaluate(() => [...document.fonts].filter((font) => font.status === "loaded").length);
  await page.evaluate(layOutAll);
  for (const width of PICTURE_WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      await picture(page, `${name}-${width}-${colorScheme}`);
    }
  }
  await page.evaluate(openAll);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    found.overflow[width] = await page.evaluate(overflow);
  }
  await page.setViewportSize({ width: WIDTHS[0], height: HEIGHT });
  for (const [reason, rule] of Object.entries(ADJUSTMENTS)) {
    await page.evaluate(adjust, rule);
    found.overflow[reason] = await page.evaluate(overflow);
  }
  await page.evaluate(adjust, "");
  await page.evaluate(AXE);
  for (const width of AXE_WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      found.axe[`${width} ${colorScheme}`] = await axe(page, colorScheme);
    }
  }
  found.violations = await page.evaluate(() => globalThis.violations);
  await context.close();
  return { ...found, ...log };
}

async function withoutScript(browser, path) {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await open(context, path);
  const text = await page.locator("body").textContent();
  await page.locator("summary").first().click();
  const opened = await page.locator("details[open]").count();
  await context.close();
  return { text, opened };
}

async function keyboard(browser, path, width) {
  const context = await browser.newContext({ viewport: { width, height: HEIGHT } });
  const page = await open(context, path);
  await page.keyboard.press("Tab");
  const first = await page.evaluate(focused);
  const skip = await page.evaluate(() => document.activeElement.className);
  const stops = [first];
  for (let tab = 0; tab < MOST_TABS; tab += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(focused);
    if (!stop) break;
    stops.push(stop);
  }
  const expected = await page.evaluate(
    () => [...document.querySelectorAll("a[href], summary, [tabindex='0']")].filter((e) => e.checkVisibility()).length,
  );
  await page.focus(".skip-link");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  const after = await page.evaluate(() => document.activeElement.closest("main") !== null);
  const scrolled = await page.evaluate(() => {
    const frame = [...document.querySelectorAll(".frame")].find((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth);
    frame?.focus();
    return frame ? null : "no frame has more than it shows";
  });
  await page.keyboard.press("ArrowRight");
  await page.waitForTimeout(300); // scrolling is smooth
  const moved = await page.evaluate(() => document.activeElement.scrollLeft);
  await context.close();
  return { width, first: skip, after, expected, stops, scrolled, moved };
}

// Noise makes a page slower, never faster: the best of a few runs is nearest to the page's own speed.
async function measure(path) {
  const runs = [];
  for (let run = 0; run < LIGHTHOUSE_RUNS; run += 1) {
    const { lhr } = await lighthouse(`${address}/${path}`, {
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

const browser = await chromium.launch({ executablePath, args: FLAGS });
try {
  const report = { address, pages: [] };
  const clock = (name, start) => ((report.seconds ??= {})[name] = Math.round((performance.now() - start) / 100) / 10);
  let start = performance.now();
  const waiting = [...pages.entries()];
  const judgeNext = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) report.pages[next[0]] = await judge(browser, next[1]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, judgeNext));
  clock("pages", start);
  start = performance.now();
  report.withoutScript = await withoutScript(browser, thorough);
  report.keyboard = [await keyboard(browser, thorough, 360), await keyboard(browser, thorough, 1280)];
  clock("keyboard", start);
  start = performance.now();
  report.lighthouse = await measure(thorough);
  clock("lighthouse", start);
  console.log(JSON.stringify(report));
} finally {
  await browser.close();
}
