/* Search and filters. Everything can be read without this script, and it needs no server. */
(function () {
  "use strict";

  var index = window.BOOK_INDEX || [];

  function plain(text) {
    var lower = text.toLowerCase();
    return lower.normalize ? lower.normalize("NFD").replace(/[\u0300-\u036f]/g, "") : lower;
  }

  function wordsOf(text) {
    return plain(text).split(/[\s,;]+/).filter(Boolean);
  }

  function holdsAll(text, words) {
    return words.every(function (word) { return text.indexOf(word) !== -1; });
  }

  function counted(number, one, many) {
    return number + " " + (number === 1 ? one : many);
  }

  // The address keeps the search, so that a view can be copied and comes back with the back button.
  function readHash() {
    var found = {};
    location.hash.slice(1).split("&").forEach(function (pair) {
      var at = pair.indexOf("=");
      if (at > 0) {
        try { found[pair.slice(0, at)] = decodeURIComponent(pair.slice(at + 1)); } catch (error) { /* no text */ }
      }
    });
    return found;
  }

  function writeHash(values) {
    var parts = Object.keys(values).filter(function (name) { return values[name]; }).map(function (name) {
      return name + "=" + encodeURIComponent(values[name]);
    });
    var place = location.href.split("#")[0] + (parts.length ? "#" + parts.join("&") : "");
    if (place !== location.href) { try { history.replaceState(null, "", place); } catch (error) { /* stays as it is */ } }
  }

  function controlsOf(form) {
    return Array.prototype.filter.call(form.elements, function (control) { return control.name; });
  }

  function valuesOf(form) {
    var values = {};
    controlsOf(form).forEach(function (control) { values[control.name] = control.value.trim(); });
    return values;
  }

  function fill(form, values) {
    controlsOf(form).forEach(function (control) {
      control.value = values[control.name] || "";
      if (control.selectedIndex === -1) { control.value = ""; }
    });
  }

  // Says it after a pause, so that a screen reader is not interrupted at every letter.
  function speaker(place) {
    var waiting = null;
    return function (text) {
      clearTimeout(waiting);
      waiting = setTimeout(function () { if (place.textContent !== text) { place.textContent = text; } }, 200);
    };
  }

  function listen(form, update) {
    form.addEventListener("input", update);
    form.addEventListener("change", update);
    form.addEventListener("submit", function (event) { event.preventDefault(); update(); });
    form.addEventListener("reset", function () {
      setTimeout(function () {
        update();
        form.elements.q.focus();
      }, 0);
    });
  }

  // --- a list with filters ----------------------------------------------------------------------

  function setUpFilter(form) {
    var list = document.getElementById(form.getAttribute("data-filter"));
    var say = speaker(document.getElementById("count"));
    var nothing = document.querySelector("[data-nothing]");
    var elsewhere = document.querySelector("[data-elsewhere]");
    var known = {};
    index.forEach(function (entry) { known[entry[1]] = plain(entry.slice(2).join(" ")); });
    var items = Array.prototype.map.call(list.querySelectorAll("[data-item]"), function (node) {
      return { node: node, text: plain(node.textContent) + " " + (known[node.getAttribute("data-key")] || "") };
    });
    var groups = Array.prototype.slice.call(list.querySelectorAll("[data-group]"));

    function fits(item, values, words) {
      return Object.keys(values).every(function (name) {
        return name === "q" || !values[name] || item.node.getAttribute("data-" + name) === values[name];
      }) && holdsAll(item.text, words);
    }

    function update() {
      var values = valuesOf(form), words = wordsOf(values.q || ""), shown = 0;
      items.forEach(function (item) {
        var fit = fits(item, values, words);
        item.node.hidden = !fit;
        shown += fit ? 1 : 0;
      });
      groups.forEach(function (group) { group.hidden = !group.querySelector("[data-item]:not([hidden])"); });
      nothing.hidden = shown > 0;
      var all = counted(items.length, form.getAttribute("data-one"), form.getAttribute("data-many"));
      say(shown === items.length ? all : shown + " of " + all);
      if (elsewhere) { pointElsewhere(values.q || "", words); }
      writeHash(values);
    }

    function pointElsewhere(text, words) {
      var others = words.length ? search(words, "").filter(function (hit) { return hit.entry[0] !== "Rule"; }).length : 0;
      elsewhere.hidden = !others;
      elsewhere.textContent = "";
      if (others) {
        var link = document.createElement("a");
        link.href = "search.html?q=" + encodeURIComponent(text);
        link.textContent = counted(others, "other place", "other places") + " in the book";
        elsewhere.appendChild(document.createTextNode("Also in "));
        elsewhere.appendChild(link);
        elsewhere.appendChild(document.createTextNode(": exercises, texts, conflicts, questions, doing more or less."));
      }
    }

    function follow() {
      var values = readHash();
      if (location.hash.length > 1 && !Object.keys(values).length) { return; }
      fill(form, values);
      update();
    }

    form.hidden = false;
    listen(form, update);
    window.addEventListener("hashchange", follow);
    follow();
  }

  // --- the whole book ---------------------------------------------------------------------------

  var texts = null;

  function search(words, kind) {
    texts = texts || index.map(function (entry) {
      return { entry: entry, title: plain(entry[2]), text: plain(entry.slice(1).join(" ")) };
    });
    return texts.filter(function (item) {
      return (!kind || item.entry[0] === kind) && holdsAll(item.text, words);
    });
  }

  function setUpSearch(form) {
    var found = document.getElementById("found"), say = speaker(document.getElementById("count")), most = 100;

    function rank(item, words) {
      if (holdsAll(item.title, words)) { return item.title.indexOf(words[0]) === 0 ? 0 : 1; }
      return words.some(function (word) { return item.title.indexOf(word) !== -1; }) ? 2 : 3;
    }

    function shownAs(entry) {
      var item = document.createElement("li"), title = document.createElement("h2"), link = document.createElement("a");
      var below = document.createElement("p"), marks = document.createElement("p"), kind = document.createElement("span");
      item.className = "card";
      title.className = "small";
      link.href = entry[1];
      link.textContent = entry[2];
      title.appendChild(link);
      below.className = "sentence";
      below.textContent = entry[3];
      marks.className = "marks";
      kind.className = "mark";
      kind.textContent = entry[0];
      marks.appendChild(kind);
      [title, below, marks].forEach(function (part) { item.appendChild(part); });
      return item;
    }

    function update() {
      var values = valuesOf(form), words = wordsOf(values.q);
      var hits = words.length ? search(words, values.kind) : [];
      hits = hits.map(function (item, place) { return { item: item, rank: rank(item, words), place: place }; });
      hits.sort(function (one, other) { return one.rank - other.rank || one.place - other.place; });
      found.textContent = "";
      hits.slice(0, most).forEach(function (hit) { found.appendChild(shownAs(hit.item.entry)); });
      var more = hits.length > most ? ", the first " + most + " are shown" : "";
      say(words.length ? counted(hits.length, "place", "places") + " found" + more : "Type a word to search.");
      writeHash(values);
    }

    form.hidden = false;
    listen(form, update);
    var asked = /[?&]q=([^&#]*)/.exec(location.search), values = readHash();
    if (asked && !values.q) {
      try { values.q = decodeURIComponent(asked[1].replace(/\+/g, " ")); } catch (error) { values.q = ""; }
    }
    fill(form, values);
    update();
    form.elements.q.focus();
  }

  // --- paper ------------------------------------------------------------------------------------

  // What is folded is opened for printing and folded again afterwards.
  function setUpPrinting() {
    var opened = [];
    window.addEventListener("beforeprint", function () {
      opened = Array.prototype.slice.call(document.querySelectorAll("details:not([open])"));
      opened.forEach(function (node) { node.open = true; });
    });
    window.addEventListener("afterprint", function () { opened.forEach(function (node) { node.open = false; }); });
  }

  Array.prototype.forEach.call(document.querySelectorAll("form[data-filter]"), setUpFilter);
  var whole = document.getElementById("search");
  if (whole) { setUpSearch(whole); }
  setUpPrinting();
}());
