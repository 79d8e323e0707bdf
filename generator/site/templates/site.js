"use strict";
// The page is complete without this: every date stands in it. The script adds how far away a date is, marks today and
// the week that is on, and remembers whether the reader wants it dark.
{
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const root = document.documentElement;
  const now = new Date();
  const words = JSON.parse(document.getElementById("words").textContent);
  const day = `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;

  // dark and light
  const kept = (value) => {
    try {
      if (value !== undefined) localStorage.setItem("theme", value);
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  };
  const themes = ["auto", "light", "dark"];
  const button = document.getElementById("theme");
  const show = (theme) => {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    button.textContent = words[theme];
    button.value = theme;
  };
  show(themes.includes(kept()) ? kept() : "auto");
  button.hidden = false;
  button.onclick = () => {
    show(themes[(themes.indexOf(button.value) + 1) % themes.length]);
    kept(button.value);
  };

  // how far away
  const counted = ({ texts, of }, count) => texts[of[count]].replace("{count}", count);
  const away = (hours) => {
    if (hours < 1) return words.soon;
    return hours < 24 ? counted(words.hours, Math.floor(hours)) : counted(words.days, Math.floor(hours / 24));
  };
  const hoursTo = (moment) => (new Date(moment) - now) / 36e5;
  for (const place of all("[data-due]")) {
    const hours = hoursTo(place.dataset.due);
    const tag = place.matches(".left") ? place : place.querySelector(".left");
    if (tag && hours > 0 && hours < 24 * 60) tag.textContent = away(hours);
    if (tag && hours > 0 && hours < 72) tag.classList.add("warn");
  }
  for (const place of all("[data-end]")) place.classList.toggle("past", hoursTo(place.dataset.end) <= 0);

  // this week and today
  const current = (places) => places.filter((place) => place.dataset.from <= day).pop();
  const weeks = all("[data-from][data-week]");
  if (weeks.length) {
    const week = (current(weeks) ?? weeks[0]).dataset.week;
    for (const place of all("[data-week]")) place.hidden = place.dataset.week !== week;
    document.getElementById("asof").hidden = true;
    const coming = all(".due [data-due], .due li[data-due]").filter((place) => hoursTo(place.dataset.due) > 0);
    for (const place of all(".due li")) place.hidden = !coming.slice(0, 3).includes(place);
    for (const place of all(".nothing")) place.hidden = coming.length > 0;
    const next = all(".next li").filter((place) => hoursTo(place.dataset.end) > 0)[0];
    for (const place of all(".next li")) place.hidden = place !== next;
  }
  const on = current(all("[data-from]:not([data-week])"));
  if (on && (now - new Date(on.dataset.from)) / 864e5 < 8) {
    on.classList.add("now");
    for (const tag of all(".tag.on", on)) tag.hidden = false;
    const link = document.getElementById("now");
    if (link) {
      link.href = `#${on.id}`;
      link.hidden = false;
    }
  }
  for (const place of all(`[data-day="${day}"]`)) {
    place.classList.add("today");
    place.setAttribute("aria-current", "date");
    for (const tag of all(".tag.on", place)) tag.hidden = false;
  }
  for (const place of all(`[data-weekday="${now.getDay() || 7}"]`)) place.classList.add("today");

  // the schedule, whole or due dates only
  for (const group of all(".switch")) {
    group.hidden = false;
    for (const choice of all("button", group))
      choice.onclick = () => {
        for (const other of all("button", group)) other.setAttribute("aria-pressed", String(other === choice));
        document.querySelector(".plan").classList.toggle("dueonly", choice.dataset.show === "due");
      };
  }

  // a calendar that is subscribed to follows every change; a file does not
  if (/^https?:$/.test(location.protocol))
    for (const link of all("[data-calendar]")) link.href = new URL(link.getAttribute("href"), location).href.replace(/^https?:/, "webcal:");

  // the key of the search
  addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
    event.preventDefault();
    document.getElementById("search").click();
  });
}
