// The selectors of every page, from the site's data (site-data.js), which newer builds rewrite.
"use strict";
(() => {
  const { root, page, version, language, words } = JSON.parse(
    document.getElementById("guide").textContent,
  );
  const site = window.guideSite ?? { languages: [], versions: [] };

  // Sphinx marks on a page what its search has led to, and stumbles over the titles of pictures.
  for (const element of document.querySelectorAll("svg *")) element.classList.add("nohighlight");

  const address = (code, name, path) => `${root}${code}/${name}/${path}.html`;
  const has = (release, code, path) => (release.pages[path] ?? []).includes(code);
  const label = (name) => (name === "dev" ? words.development : name);

  // The same page where it exists in that language and version, else the nearest landing page.
  const target = (code, name) => {
    const wanted = site.versions.find((release) => release.name === name);
    const newest = site.versions.find((release) => release.name === site.newest);
    for (const release of [wanted, newest, ...site.versions])
      for (const path of [page, "index"])
        if (release && has(release, code, path)) return address(code, release.name, path);
    return null;
  };

  const fill = (selector, entries) => {
    const list = document.querySelector(`#${selector} ul`);
    const items = entries
      .filter(({ href }) => href)
      .map(({ href, text, tag, current }) => {
        const link = document.createElement("a");
        link.href = href;
        link.textContent = text;
        if (tag) link.lang = link.hreflang = tag;
        if (current) link.setAttribute("aria-current", "true");
        const item = document.createElement("li");
        item.append(link);
        return item;
      });
    if (items.length) list.replaceChildren(...items);
  };

  fill(
    "version-selector",
    site.versions.map(({ name, pages }) => ({
      href: has({ pages }, language, "index")
        ? target(language, name)
        : address(Object.values(pages.index ?? [])[0], name, "index"),
      text: label(name),
      current: name === version,
    })),
  );
  fill(
    "language-selector",
    site.languages.map(({ code, html, name }) => ({
      href: target(code, version),
      text: name,
      tag: html,
      current: code === language,
    })),
  );

  // The versions come newest first: what stands before the newest release is on its way to one.
  const notice = document.getElementById("version-notice");
  const [here, newest] = [version, site.newest].map((wanted) =>
    site.versions.findIndex(({ name }) => name === wanted),
  );
  if (site.newest !== "dev" && here !== newest && here >= 0) {
    const link = document.createElement("a");
    link.href = target(language, site.newest);
    link.textContent = words.newest.replace("%s", site.newest);
    const what = here < newest ? words.development_notice : words.old_notice;
    notice.append(what, language === "zh" ? "" : " ", link);
    notice.hidden = false;
  }

  // What the address says after the page goes with the reader.
  const links = [...document.querySelectorAll(".selector a, #version-notice a")];
  const carry = () => {
    for (const link of links) {
      link.hash = location.hash;
      if (page === "search") link.search = location.search;
    }
  };
  carry();
  addEventListener("hashchange", carry);

  const selectors = [...document.querySelectorAll(".selector")];
  for (const selector of selectors) {
    selector.addEventListener("toggle", () => {
      if (selector.open)
        selectors.filter((other) => other !== selector).forEach((other) => (other.open = false));
    });
    selector.addEventListener("keydown", (event) => {
      const choices = [...selector.querySelectorAll("a")];
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") {
        selector.open = false;
        selector.querySelector("summary").focus();
      } else if (step) {
        event.preventDefault();
        selector.open = true;
        const from = choices.indexOf(document.activeElement);
        choices[(Math.max(from, step < 0 ? 0 : -1) + step + choices.length) % choices.length].focus();
      }
    });
  }
  addEventListener("click", (event) => {
    for (const selector of selectors)
      if (!selector.contains(event.target)) selector.open = false;
  });

  // The copy button knows few languages: it is told ours (its names are globals of copybutton.js).
  if (typeof messages === "object") {
    locale = document.documentElement.lang;
    messages[locale] = {
      copy: words.copy,
      copy_to_clipboard: words.copy,
      copy_success: words.copied,
      copy_failure: words.notCopied,
    };
  }
})();
