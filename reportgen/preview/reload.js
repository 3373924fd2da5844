// Reloads the page as soon as the preview has another version than the one that it was served from.
// The browser keeps the place that was scrolled to, and connects again by itself when the preview is started anew.
"use strict";

const { version } = document.currentScript.dataset;
const news = new EventSource("/-/events");

news.addEventListener("message", ({ data }) => {
  if (data !== version) {
    news.close();
    location.reload();
  }
});

// A page that is left must not hold one of the few connections that a browser has for one server.
addEventListener("pagehide", () => news.close());
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

document.addEventListener("DOMContentLoaded", () => {
  const failure = document.querySelector(".reportgen-preview.covers");
  if (failure) {
    failure.focus();
    failure.querySelector("[data-hides]").addEventListener("click", () => {
      failure.hidden = true;
    });
  }
});
