// The search: every word that is typed must stand in an entry's title, kind or words; titles come first.
{
  const box = document.getElementById("q");
  const said = document.getElementById("found");
  const list = document.getElementById("hits");
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const entries = JSON.parse(document.getElementById("index").textContent).map(([title, kind, page, words]) => {
    const name = fold(title);
    return { title, kind, page, name, text: `${name} ${fold(kind)} ${fold(words)}` };
  });
  const most = 20;
  const labels = JSON.parse(document.getElementById("words").textContent);
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const look = () => {
    const words = fold(box.value).split(/\s+/).filter(Boolean);
    const inTitle = (entry) => words.filter((word) => entry.name.includes(word)).length;
    const hits = words.length ? entries.filter((entry) => words.every((word) => entry.text.includes(word))) : [];
    hits.sort((a, b) => inTitle(b) - inTitle(a));
    list.replaceChildren(...hits.slice(0, most).map(item));
    said.textContent = !words.length ? "" : hits.length ? found(hits.length) : filled(labels.nothing, { words: box.value });
  };
  const found = (count) => {
    const { texts, of } = labels.results;
    const results = filled(texts[of[count < of.length ? count : 100 + (count % 100)]], { count });
    return count > most ? filled(labels.some, { results, most }) : results;
  };
  const item = ({ title, kind, page }) => {
    const place = document.createElement("li");
    const link = document.createElement("a");
    const small = document.createElement("small");
    link.href = page;
    link.textContent = title;
    small.textContent = kind;
    small.lang = labels.lang;
    small.dir = labels.dir;
    link.append(small);
    place.append(link);
    return place;
  };
  box.oninput = look;
  box.onkeydown = (event) => {
    if (event.key === "Enter") list.querySelector("a")?.click();
  };
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) box.value = asked;
  look();
  box.focus();
}
