// Finds what the reader's words stand in: ranks sections, and shows the best one of each page.
// The index is that of gingerdocs/pages/sections.py, the words those of gingerdocs/pages/search.py.
"use strict";
(() => {
  // Sphinx would read all pages at once for their excerpts, and keep the reader waiting meanwhile.
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  // A browser reads no other page from file://; the results stand without excerpts there.
  const hasExcerpts = location.protocol !== "file:";

  const EXCERPT = 240; // The characters of an excerpt,
  const BEFORE = 60; // and those before what was asked for.
  const LEAST = 0.3; // A page is no result with a smaller share of the query than this of the best.
  const TITLE = 5; // What a title that is the query counts, to a text with the query's words.
  const DESCRIBED = 0.5; // What a word counts in what the reference says of a name.

  // The sections in one list, and for each term the sections with it.
  let sections;
  let postings;
  const prepare = () => {
    const { sections: listed, terms, titleterms } = Search._index;
    sections = listed.flatMap((held, page) =>
      held.map(([anchor, title, described]) => {
        return { page, anchor, title, described, titleLength: 0 };
      }),
    );
    postings = new Map();
    for (const [key, table] of [["body", terms], ["title", titleterms]])
      for (const [term, numbers] of Object.entries(table)) {
        if (!postings.has(term)) postings.set(term, { body: [], title: [] });
        postings.get(term)[key] = numbers;
      }
    for (const { title } of postings.values())
      for (const number of title) sections[number].titleLength += 1;
  };

  const sharedLength = (one, other) => {
    let length = 0;
    while (length < one.length && one[length] === other[length]) length += 1;
    return length;
  };

  // Returns what a term counts where the reader has typed a word, if it is not the word itself.
  const weightOf = (term, { plain, stem, isChinese }) => {
    const share = Math.min(plain.length / term.length, 1);
    const begins = [plain, stem].some((start) => start.length > 2 && term.startsWith(start));
    if (begins) return 0.4 + 0.4 * share;
    return (plain.length > 3 || isChinese) && term.includes(plain) ? 0.6 * share : 0;
  };

  // The same for a word that no page has: a word within it will do, or one that begins alike.
  const weightInNeed = (term, { plain }) => {
    const shared = sharedLength(plain, term);
    const longer = Math.max(plain.length, term.length);
    if (term.length > 3 && plain.includes(term)) return (0.5 * term.length) / plain.length;
    return shared > 3 && shared >= 0.5 * longer ? (0.4 * shared) / longer : 0;
  };

  // Returns the terms that a word of the query may stand for, each with its weight.
  const termsOf = (word) => {
    const found = new Map();
    const take = (weigh) => {
      for (const term of postings.keys()) {
        const weight = found.has(term) ? 0 : weigh(term, word);
        if (weight) found.set(term, weight);
      }
    };
    if (postings.has(word.stem)) found.set(word.stem, 1);
    if (word.isPair) return found; // Chinese; a single character stands for any pair with it.
    take(weightOf);
    if (!found.size && !word.isChinese) take(weightInNeed);
    return found;
  };

  // Returns the words of a query, each with the terms that it may stand for.
  const wordsOf = (query) => {
    const stemmer = new Stemmer();
    const understood = (text) => {
      const isChinese = hanFirst.test(text);
      const stem = stemmer.stemWord(text);
      const plain = isChinese ? stem : foldWord(text);
      const isPair = isChinese && Array.from(plain).length > 1;
      const word = { text: text.toLowerCase(), plain, stem, isChinese, isPair };
      return { ...word, terms: termsOf(word) };
    };
    // A letter alone, as in "application's", is no word.
    const words = splitQuery(query)
      .filter((text) => !stopwords.has(text.toLowerCase()) && !/^[a-z]$/i.test(text))
      .flatMap((text) => {
        const word = understood(text);
        const parts = splitIdentifier(text);
        return word.terms.size || parts.length < 2 ? [word] : parts.map(understood);
      });
    // What the reader writes as two words may be one in the pages.
    words.slice(1).forEach((word, index) => {
      const before = words[index];
      const joined = stemmer.stemWord(before.plain + word.plain);
      if (word.isChinese || before.isChinese || !postings.has(joined)) return;
      for (const half of [before, word]) half.terms.set(joined, 1);
    });
    return words;
  };

  // Returns for each section with the word how much of it is in the text, and in the title.
  const placesOf = ({ terms }) => {
    const places = new Map();
    for (const [term, weight] of terms)
      for (const key of ["body", "title"])
        for (const number of postings.get(term)[key]) {
          if (!places.has(number)) places.set(number, { body: 0, title: 0 });
          const place = places.get(number);
          place[key] = Math.max(place[key], weight);
        }
    return places;
  };

  // Returns the pages with words of the query: the best section of each, its share and its score.
  const rank = (words) => {
    const found = sections.map(() => ({ share: 0, text: 0, title: 0, titleFit: 0 }));
    const pages = Search._index.docnames.map(() => ({ share: 0, text: 0, best: -1 }));
    let asked = 0;
    for (const word of words) {
      const places = placesOf(word);
      const exact = postings.get(word.stem);
      const known = exact ? new Set([...exact.body, ...exact.title]).size : places.size;
      const rarity = Math.log(1 + sections.length / Math.max(known, 0.5));
      asked += rarity;
      const counts = new Map();
      for (const [number, { body, title }] of places) {
        const { page, described, titleLength } = sections[number];
        const most = Math.max(body, title);
        found[number].share += rarity * most;
        found[number].text += rarity * body * (described ? DESCRIBED : 1);
        found[number].title += rarity * title;
        found[number].titleFit += title / titleLength;
        const { total, highest } = counts.get(page) || { total: 0, highest: 0 };
        counts.set(page, { total: total + most, highest: Math.max(highest, most) });
      }
      for (const [page, { total, highest }] of counts) {
        pages[page].share += rarity * highest;
        pages[page].text += (rarity * 2 * total) / (total + 2);
      }
    }
    found.forEach(({ share, text, title, titleFit }, number) => {
      if (!share) return;
      const { page: place, anchor } = sections[number];
      const page = pages[place];
      // A title counts by how much of the query it has, and a little by how little else it has.
      const titleScore = (TITLE * title ** 2 * (0.8 + 0.2 * Math.min(titleFit, 1))) / asked;
      const score = (text * share) / asked + titleScore;
      if (!anchor) page.text += titleScore;
      if (score > page.best) Object.assign(page, { best: score, section: sections[number] });
    });
    return pages
      .filter(({ section }) => section)
      .map(({ share, text, best, section }) => ({ section, share, score: (text + best) * share }));
  };

  // Returns a result as Sphinx shows it. The excerpt names the section, or the result without one.
  const resultOf = ({ section, score }) => {
    const { docnames, filenames, titles } = Search._index;
    const { page, anchor, title } = section;
    const description = anchor && !hasExcerpts ? title : null;
    const place = anchor && `#${anchor}`;
    const { text } = SearchResultKind;
    return [docnames[page], titles[page], place, description, score, filenames[page], text];
  };

  const byScore = (one, other) => _orderResultsByScoreThenName(other, one);

  // Returns the names in the reference with what the reader has typed, as Sphinx finds them.
  const namesWith = (part) =>
    part.length > 2 && !/\s/.test(part)
      ? Search.performObjectSearch(part, new Set([part])).sort(byScore)
      : [];

  let words = [];
  Search._performSearch = (query) => {
    if (!sections) prepare();
    words = wordsOf(query);
    const pages = rank(words);
    const best = Math.max(...pages.map(({ share }) => share));
    const results = pages.filter(({ share }) => share >= LEAST * best).map(resultOf);
    const shown = new Set(results.map(([page, , place]) => page + place));
    // Names of which the reader has typed a part follow the pages.
    const names = namesWith(query.trim().toLowerCase());
    return [
      ...results.sort(byScore),
      ...names.filter(([page, , place]) => !shown.has(page + place)),
    ];
  };

  // Returns where a text has words of the query, each place with the word's number.
  const hitsIn = (text) => {
    const stemmer = new Stemmer();
    const numbers = new Map(
      words.flatMap(({ terms }, number) => [...terms.keys()].map((term) => [term, number])),
    );
    const numberOf = (...spellings) =>
      spellings.map((word) => numbers.get(stemmer.stemWord(word))).find((n) => n !== undefined);
    return [...text.matchAll(runs)]
      .flatMap(({ 0: run, index: start }) =>
        hanFirst.test(run)
          ? splitQuery(run).map((pair, at) => ({ index: start + at, number: numberOf(pair) }))
          : { index: start, number: numberOf(run.normalize("NFKC"), ...splitIdentifier(run)) },
      )
      .filter(({ number }) => number !== undefined);
  };

  // Returns where the excerpt of a text begins: before most words of the query are together.
  const startIn = (text) => {
    const hits = hitsIn(text);
    let best = 0;
    let most = 0;
    hits.forEach(({ index }, first) => {
      const together = new Set();
      for (let next = first; hits[next]?.index < index + EXCERPT - BEFORE; next += 1)
        together.add(hits[next].number);
      if (together.size > most) [best, most] = [index, together.size];
    });
    if (best <= BEFORE) return 0;
    const space = text.indexOf(" ", best - BEFORE);
    return space >= 0 && space < best ? space + 1 : best - BEFORE;
  };

  const excerptOf = (html, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    page
      .querySelectorAll("details.proof, .guide-notice, .headerlink, .toctree-wrapper, script")
      .forEach((element) => element.remove());
    const main = page.querySelector("[role=main]");
    const target = anchor ? page.getElementById(anchor.slice(1)) : main;
    const name = target.querySelector("h1, h2, h3, h4, .descname");
    const excerpt = document.createElement("p");
    excerpt.classList.add("context");
    const heading = document.createElement("strong");
    heading.textContent = name?.textContent;
    if (anchor) excerpt.append(heading, " ");
    if (name?.matches("h1, h2, h3, h4")) name.remove();
    const place = target.closest("dl") || target;
    place.querySelectorAll("dt, dd, li, p, td, th").forEach((element) => element.append(" "));
    const text = place.textContent.replace(/\s+/g, " ").trim();
    const start = startIn(text);
    const rest = start + EXCERPT < text.length ? "…" : "";
    const shown = text.slice(start, start + EXCERPT).trim();
    excerpt.append(start ? "…" : "", shown, rest);
    return excerpt;
  };

  const explain = async (results, typed) => {
    const items = [...Search.output.children];
    for (const [number, [, , anchor, description]] of results.entries()) {
      if (description) continue;
      const answer = await fetch(items[number].querySelector("a").href);
      items[number].append(excerptOf(await answer.text(), anchor));
      for (const text of typed) _highlightText(items[number], text, "highlighted");
    }
  };

  Search.query = (query) => {
    const results = Search._performSearch(query);
    const typed = words.map(({ text }) => text);
    localStorage.setItem("sphinx_highlight_terms", typed.join(" ")); // For the page that is opened.
    for (const result of results) _displayItem(result, [], typed);
    _finishSearch(results.length);
    if (hasExcerpts) explain(results, typed);
  };

  // What was found is announced to those who do not see it.
  const perform = Search.performSearch;
  Search.performSearch = (query) => {
    perform(query);
    Search.status.setAttribute("role", "status");
  };
})();
