// Looks at pages in a browser and prints, as JSON, what was found; decides nothing, tests/test_html_judges.py does.
// Its one argument is JSON: the site's address, its pages, the browser, and a folder for screenshots if they are wanted.
// Without a thorough page it looks at each page by itself, and no further.
// The browser starts once: axe-core, the keyboard and the charts share it.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { FLAGS } from "./browser.mjs";

const { address, pages, thorough, front, browser: executablePath, screenshots } = JSON.parse(process.argv[2]);

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
const JUDGED = 2; // the chart that axe-core sees open: one whose other rows step back
const MOST_POINTED = 8; // points of a chart that the mouse goes to


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
  const whole = element.closest(".drawing") ?? element; // a chart's own text may stand over it
  const [x, y] = [box.left + Math.min(box.width, innerWidth) / 2, box.top + Math.min(box.height, innerHeight) / 2];
  const top = document.elementFromPoint(Math.min(Math.max(x, 0), innerWidth - 1), Math.min(Math.max(y, 0), innerHeight - 1));
  return {
    html: element.outerHTML.slice(0, 120),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.bottom > 0 && box.top < innerHeight && Boolean(top) && (whole.contains(top) || top.contains(element)),
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
  if (!screenshots) return;
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

// `nb/2013-11/index.html` is called `nb-2013-11`.
const nameOf = (path) => path.replace("/index.html", "").replaceAll("/", "-");

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
  const name = nameOf(path);
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

// In the page. What a chart says now: to the eye and to a screen reader, and how far its text sticks out of the chart
// and of the window.
function said() {
  const text = document.querySelector(".reading");
  if (!text) return null;
  const [inner, outer] = [text.getBoundingClientRect(), text.parentElement.getBoundingClientRect()];
  const bounds = { left: Math.max(outer.left, 0), right: Math.min(outer.right, innerWidth), top: Math.max(outer.top, 0) };
  bounds.bottom = Math.min(outer.bottom, innerHeight);
  return {
    shown: text.innerText,
    told: text.parentElement.querySelector("[role=slider]").getAttribute("aria-valuetext"),
    outside: Math.max(bounds.left - inner.left, inner.right - bounds.right, bounds.top - inner.top, inner.bottom - bounds.bottom),
    covered: !text.contains(document.elementFromPoint(inner.left + inner.width / 2, inner.top + inner.height / 2)),
  };
}

// In the page. A table by its labels in full; the symbols with what they mean.
function readTable(table) {
  const text = (element) => element.textContent.trim();
  const labels = [...table.querySelectorAll("thead tr:last-child th:not(.stub)")];
  return {
    columns: labels.filter((th) => !th.matches(".trend")).map((th) => th.querySelector("abbr")?.title ?? text(th)),
    rows: [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("th, td:not(.trend)")].map(text)),
    symbols: [...table.closest(".table-block").querySelectorAll(".symbols div")].map((symbol) => [...symbol.children].map(text)),
  };
}

// In the page. Where a chart's points are on the screen: its own pixels, as many of the screen's.
function places(drawing) {
  const svg = drawing.querySelector("svg");
  const { left, top, width } = svg.getBoundingClientRect();
  const scale = width / svg.viewBox.baseVal.width;
  return drawing.dataset.points.split(";").flatMap((row) =>
    row.split(" ").slice(1).map((pair) => {
      const [x, y] = pair.split(",").map(Number);
      return { x: left + x * scale, y: top + y * scale };
    }),
  );
}

// The coordinate nearest to `value` that is well inside.
function between(low, value, high) {
  return Math.max(low + 2, Math.min(value, high - 2));
}

async function visibleDrawings(page) {
  const drawings = await page.locator(".drawing").all();
  const shown = await Promise.all(drawings.map((drawing) => drawing.isVisible()));
  return drawings.filter((_, index) => shown[index]);
}

// Reads every chart with the keyboard and with the mouse.
async function charts(browser, path, width) {
  const context = await browser.newContext({ viewport: { width, height: HEIGHT } });
  await context.addInitScript(() => {
    globalThis.violations = [];
    addEventListener("securitypolicyviolation", (event) => globalThis.violations.push(event.violatedDirective));
  });
  const log = { console: [], requests: [], weight: 0 };
  const page = await open(context, path, log);
  await page.evaluate(AXE);
  const found = [];
  for (const drawing of await visibleDrawings(page)) {
    const slider = drawing.locator("[role=slider]");
    const figure = drawing.locator("xpath=ancestor::figure");
    const chart = { id: await figure.getAttribute("id"), table: await figure.locator("table").evaluate(readTable) };
    chart.stops = await drawing.evaluate((element) => [...element.querySelectorAll("*")].filter((e) => e.tabIndex >= 0).length);
    await slider.focus();
    const press = async (key) => {
      await page.keyboard.press(key);
      return page.evaluate(said);
    };
    const count = Number(await slider.getAttribute("aria-valuemax"));
    chart.walked = [await press("Home")];
    while (chart.walked.length < count) chart.walked.push(await press("ArrowRight"));
    chart.beyond = await press("ArrowRight");
    chart.back = [await press("Home"), await press("End"), await press("ArrowLeft")];
    chart.across = [await press("Home"), await press("ArrowDown"), await press("ArrowUp")];
    chart.stepsBack = await drawing.evaluate((element) => element.querySelectorAll(".back, .veil[d]").length);
    if (found.length === JUDGED) {
      chart.axe = { light: await axe(page, "light") };
      await page.emulateMedia({ colorScheme: "dark" });
      chart.axe.dark = await axe(page, "dark");
      await page.emulateMedia({ colorScheme: "light" });
    }
    chart.escaped = await press("Escape");
    await page.evaluate(() => document.activeElement.blur());
    chart.pointed = [];
    for (let index = count - 1; index >= 0; index -= Math.ceil(count / MOST_POINTED)) {
      const place = async () => (await drawing.evaluate(places))[index];
      let { x, y } = await place();
      if (y < 100 || y > HEIGHT - 100) {
        await page.evaluate((by) => scrollBy({ top: by, behavior: "instant" }), y - HEIGHT / 2);
        ({ x, y } = await place());
      }
      await page.mouse.move(x, y);
      chart.pointed.push({ index, ...(await page.evaluate(said)) });
      if (chart.pointed.length === 1) {
        // Onto the text, which stays; closed, it stays away until the chart has been left.
        const text = await page.locator(".reading").boundingBox();
        await page.mouse.move(between(text.x, x, text.x + text.width), between(text.y, y, text.y + text.height), { steps: 4 });
        chart.hovered = await page.evaluate(said);
        chart.closed = await press("Escape");
        await page.mouse.move(x, y);
        chart.stillClosed = await page.evaluate(said);
      }
      await page.mouse.move(0, 0);
    }
    chart.left = await page.evaluate(said);
    found.push(chart);
  }
  const numbers = await page.locator("#table-programme-groups table").evaluate(readTable);
  const violations = await page.evaluate(() => globalThis.violations);
  await context.close();
  return { width, charts: found, numbers, violations, console: log.console };
}

// Taps every chart, elsewhere, and draws a finger over it.
async function touchCharts(browser, path, width) {
  const context = await browser.newContext({ viewport: { width, height: HEIGHT }, hasTouch: true, isMobile: true });
  const page = await open(context, path);
  const protocol = await context.newCDPSession(page);
  const touch = (type, ...touchPoints) => protocol.send("Input.dispatchTouchEvent", { type, touchPoints });
  const found = [];
  for (const drawing of await visibleDrawings(page)) {
    await drawing.evaluate((element) => element.scrollIntoView({ block: "start", behavior: "instant" }));
    const count = Number(await drawing.locator("[role=slider]").getAttribute("aria-valuemax"));
    const chart = { tapped: [] };
    for (const index of [0, count >> 1, count - 1]) {
      await drawing.evaluate((element, [where, at]) => {
        const [, y] = element.dataset.points.split(";").flatMap((row) => row.split(" ").slice(1))[at].split(",").map(Number);
        scrollBy({ top: element.getBoundingClientRect().top + y - where, behavior: "instant" });
      }, [HEIGHT / 2, index]);
      const { x, y } = (await drawing.evaluate(places))[index];
      await page.touchscreen.tap(1, HEIGHT / 2);
      await page.touchscreen.tap(x, y);
      chart.tapped.push({ index, ...(await page.evaluate(said)) });
    }
    await page.touchscreen.tap(1, HEIGHT / 2);
    chart.elsewhere = await page.evaluate(said);
    const [before, { x, y }] = [await page.evaluate(() => scrollY), (await drawing.evaluate(places))[count - 1]];
    await touch("touchStart", { x, y });
    for (let step = 1; step <= 10; step += 1) await touch("touchMove", { x, y: y + step * 15 });
    await touch("touchEnd");
    await page.waitForTimeout(100);
    chart.scrolled = before - (await page.evaluate(() => scrollY));
    chart.afterwards = await page.evaluate(said);
    await page.waitForTimeout(500); // until the page has come to rest
    found.push(chart);
  }
  await context.close();
  return found;
}

// What a reader does: from the front page to the latest month, its other language, a table, two files.
async function journey(browser, start) {
  const log = { console: [], requests: [], weight: 0 };
  const context = await browser.newContext({ viewport: { width: 1280, height: HEIGHT }, acceptDownloads: true });
  const page = await open(context, start, log);
  const found = { addresses: [], files: [] };
  const seen = () => found.addresses.push(new URL(page.url()).pathname);
  await page.locator(".read-on a").click();
  await page.waitForLoadState();
  seen();
  await page.locator(".contents a").last().click();
  await page.locator(".languages a").first().click();
  await page.waitForLoadState();
  seen();
  found.place = new URL(page.url()).hash;
  found.before = await page.locator(".figure-data table").first().isVisible();
  await page.locator(".figure-data summary").first().click();
  const table = page.locator(".figure-data table").first();
  await table.scrollIntoViewIfNeeded(); // a browser that is busy shows what is in sight first
  found.table = await table.innerText();
  for (const ending of [".xlsx", "observations.csv", ".svg"]) {
    const link = page.locator(`a[href$="${ending}"]`).first();
    const address = await link.evaluate((element) => new URL(element.href).pathname);
    // A browser shows what it can show; a file that it would show is fetched as the reader's program would.
    const response = await page.request.get(new URL(address, page.url()).href);
    found.files.push({ address, base64: (await response.body()).toString("base64") });
  }
  const waiting = page.waitForEvent("download");
  await page.locator('a[href$=".xlsx"]').first().click();
  const download = await waiting;
  found.download = { name: download.suggestedFilename(), base64: readFileSync(await download.path()).toString("base64") };
  await context.close();
  return { ...found, console: log.console, requests: log.requests };
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
  if (thorough) {
    start = performance.now();
    report.withoutScript = await withoutScript(browser, thorough);
    report.keyboard = [await keyboard(browser, thorough, 360), await keyboard(browser, thorough, 1280)];
    clock("keyboard", start);
    start = performance.now();
    report.charts = [await charts(browser, thorough, 360), await charts(browser, thorough, 1280)];
    report.touched = await touchCharts(browser, thorough, 360);
    clock("charts", start);
    start = performance.now();
    report.journey = await journey(browser, front);
    clock("journey", start);
  }
  console.log(JSON.stringify(report));
} finally {
  await browser.close();
}
