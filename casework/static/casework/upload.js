// The customer's page: photos are looked at before they go, sent one by one with their progress, and sent again when the line broke.
// Without it the page is a plain form that sends everything at once.
(function () {
  "use strict";
  const form = document.querySelector("[data-upload]");
  if (!form || !window.FormData || !window.XMLHttpRequest) return;
  const words = form.dataset, button = form.querySelector("[data-go]"), missing = form.querySelector("[data-missing]");
  const said = form.querySelector("[data-said]"), MOST = Number(words.most);
  const inputs = Array.from(form.querySelectorAll("input[type=file]"));
  let waiting = [], busy = false, sent = false, lacking = missing.textContent;

  function draw() {
    button.disabled = busy || !waiting.length;
    button.textContent = busy ? words.sending : waiting.length ? words.send.replace("{n}", waiting.length) : words.choose;
    missing.textContent = standing();
  }
  // What is chosen is not missing any more, and not here either.
  function standing() {
    const chosen = waiting.map(function (each) { return each.kind; });
    const wanting = inputs.filter(function (each) { return each.dataset.received === "0" && !chosen.includes(each.name); });
    if (!chosen.length) return lacking;
    const names = wanting.map(function (each) { return each.dataset.label; }).join(words.comma);
    return words.chosen.replace("{n}", chosen.length) + (names ? " · " + words.lacking.replace("{photos}", names) : "");
  }
  function say(photo, text, isBad) {
    photo.text.textContent = text;
    photo.row.classList.toggle("is-overdue", Boolean(isBad));
  }
  function drop(photo) {
    waiting = waiting.filter(function (each) { return each !== photo; });
    URL.revokeObjectURL(photo.picture.src);
    photo.row.remove();
    draw();
  }

  // One chosen photo: its preview, what is said of it, the way to take it out again.
  function add(kind, file, list) {
    const row = document.createElement("li"), picture = document.createElement("img"), text = document.createElement("span");
    const progress = document.createElement("progress"), out = document.createElement("button");
    const photo = { kind: kind, file: file, row: row, picture: picture, text: text, progress: progress, out: out };
    row.className = "up__photo";
    picture.src = URL.createObjectURL(file);
    picture.alt = file.name;
    picture.addEventListener("error", function () { picture.classList.add("is-unseen"); });
    progress.className = "progress";
    progress.max = 100;
    progress.value = 0;
    progress.hidden = true;
    progress.setAttribute("aria-label", file.name);
    out.type = "button";
    out.className = "btn btn--quiet";
    out.textContent = words.remove;
    out.setAttribute("aria-label", words.remove + " " + file.name);
    out.addEventListener("click", function () { drop(photo); });
    row.append(picture, text, progress, out);
    list.append(row);
    if (file.size > MOST) { say(photo, words.large, true); return; }
    say(photo, words.ready);
    waiting.push(photo);
  }

  function post(photo) {
    return new Promise(function (done) {
      const request = new XMLHttpRequest(), body = new FormData();
      body.append(photo.kind, photo.file);
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", function (event) {
        if (!event.lengthComputable) return;
        photo.progress.value = Math.round(event.loaded / event.total * 100);
        say(photo, photo.progress.value < 100 ? photo.progress.value + "%" : words.checking);
      });
      request.addEventListener("loadend", function () {
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch (error) { /* no answer of ours: the line broke, or the link has ended */ }
        done({ status: request.status, answer: answer });
      });
      request.send(body);
    });
  }
  // Returns whether it makes sense to go on with the next one.
  async function send(photo) {
    photo.progress.hidden = false;
    photo.out.hidden = true;
    say(photo, words.sending);
    const { status, answer } = await post(photo);
    photo.progress.hidden = true;
    if (answer.missing) lacking = answer.missing;
    if (answer.received) inputs.forEach(function (each) { each.dataset.received = answer.received[each.name]; });
    if (status === 200) {
      waiting = waiting.filter(function (each) { return each !== photo; });
      sent = true;
      photo.row.classList.add("is-done");
      say(photo, words.done);
      return true;
    }
    photo.out.hidden = false;
    if (status === 404) { say(photo, words.ended, true); return false; }
    if (!answer.detail) { say(photo, words.broke, true); return false; }
    say(photo, answer.detail, true);
    // What the desk will not take is not sent a second time.
    if (status < 429) waiting = waiting.filter(function (each) { return each !== photo; });
    return status < 429;
  }
  async function sendAll() {
    busy = true;
    draw();
    sent = false;
    for (const photo of waiting.slice()) if (!await send(photo)) break;
    busy = false;
    // One photo chosen twice is one: what the desk has counts, not what was sent.
    const here = inputs.reduce(function (sum, each) { return sum + Number(each.dataset.received); }, 0);
    said.textContent = sent ? words.thanks.replace("{n}", here) : "";
    draw();
  }

  inputs.forEach(function (input) {
    const list = document.getElementById(input.dataset.list);
    input.addEventListener("change", function () {
      Array.from(input.files).forEach(function (file) { add(input.name, file, list); });
      input.value = "";
      draw();
    });
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); if (!busy && waiting.length) sendAll(); });
  window.addEventListener("beforeunload", function (event) { if (busy) event.preventDefault(); });
  draw();
})();
