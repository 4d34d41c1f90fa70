"""The contrast of every text on a page, as the browser draws it (WCAG 2.2, criterion 1.4.3)."""

from playwright.sync_api import Page

ENOUGH = 4.5
"""The ratio that level AA wants of text of any size."""
SYSTEM = (("light", "auto"), ("dark", "auto"))
"""What the reader's system prefers, where the reader has chosen nothing on the page."""
SCHEMES = (*SYSTEM, ("dark", "light"), ("light", "dark"))
"""The same, and what the reader has chosen against it."""

_STILL = """
*, ::before, ::after { transition: none !important }
.copybtn, .copybtn::after { opacity: 1 !important; visibility: visible !important }
"""
"""A colour on its way to another is neither; and what shows under the pointer, shows."""
_MEASURE = """(enough) => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const paint = (layers) => {
    for (const [color, opacity] of layers) {
      pen.globalAlpha = opacity;
      pen.fillStyle = color;
      pen.fillRect(0, 0, 1, 1);
    }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (color) => {
    const [red, green, blue] = color.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const known = new Map();
  const ratio = (background, color, opacity) => {
    const key = JSON.stringify([background, color, opacity]);
    if (!known.has(key)) {
      const below = luminance(paint(background));
      const above = luminance(paint([...background, [color, opacity]]));
      const [dark, light] = [below, above].sort((one, other) => one - other);
      known.set(key, (light + 0.05) / (dark + 0.05));
    }
    return known.get(key);
  };
  const grounds = new Map();
  const ground = (element) => {
    if (!element) return { layers: [["white", 1]], opacity: 1 };
    if (!grounds.has(element)) {
      const style = getComputedStyle(element);
      const below = ground(element.parentElement);
      const opacity = below.opacity * style.opacity;
      const layers =
        style.backgroundColor === "rgba(0, 0, 0, 0)"
          ? below.layers
          : [...below.layers, [style.backgroundColor, opacity]];
      grounds.set(element, { layers, opacity });
    }
    return grounds.get(element);
  };
  const written = (content) => /"\\s*([^"\\s][^"]*)"/.exec(content)?.[1];
  const result = { measured: 0, weak: [] };
  for (const details of document.querySelectorAll("details")) details.open = true;
  for (const element of document.body.querySelectorAll("*")) {
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    const { layers, opacity } = ground(element);
    const texts = [];
    const own = [...element.childNodes]
      .filter((node) => node.nodeType === Node.TEXT_NODE)
      .map((node) => node.data.trim())
      .join(" ")
      .trim();
    const mute = element.closest("script, style, noscript, svg");
    if (own && !mute) texts.push([own, getComputedStyle(element).color, opacity, layers]);
    for (const side of ["::before", "::after", "::placeholder"]) {
      const style = getComputedStyle(element, side);
      const text = side === "::placeholder" ? element.placeholder : written(style.content);
      const share = opacity * style.opacity;
      if (text) texts.push([text, style.color, share, [...layers, [style.backgroundColor, share]]]);
    }
    for (const [text, color, share, below] of texts) {
      const found = ratio(below, color, share);
      result.measured += 1;
      if (found < enough)
        result.weak.push(
          `${found.toFixed(2)}: ${color} in ${element.localName}.${element.className},` +
            ` "${text.slice(0, 40)}"`,
        );
    }
  }
  return result;
}"""


def weak_texts(page: Page, scheme: str, chosen: str) -> list[str]:
    """Return what is hard to read on the open page, with every part of it that opens open.

    ``scheme`` is what the system prefers, ``chosen`` what the reader did: auto, light or dark.
    """
    page.emulate_media(color_scheme=scheme)
    page.add_style_tag(content=_STILL)
    page.evaluate("theme => { document.body.dataset.theme = theme; }", chosen)
    result = page.evaluate(_MEASURE, ENOUGH)
    assert result["measured"] > 0
    return [f"{scheme}, {chosen}: {text}" for text in result["weak"]]
