// Makes the search results' excerpts readable: Sphinx takes them from each page's whole text.
"use strict";
(() => {
  // A browser reads no other page from file://; the results stand without excerpts there.
  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

  const summarise = Search.makeSearchSummary;
  Search.makeSearchSummary = (html, terms, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll("details.proof, .guide-notice").forEach((element) => element.remove());
    // The index pads short terms (gingerdocs/search.py); the page's text has them as they are.
    const words = [...terms].map((term) => term.replace(/__$/, ""));
    const summary = summarise(page.documentElement.outerHTML, words, anchor);
    return summary ?? document.createElement("p");
  };
})();
