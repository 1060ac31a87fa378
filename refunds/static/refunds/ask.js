// Shows what would be left while amounts are typed. The server decides; this only helps to see it.
(function () {
  "use strict";
  const form = document.querySelector("[data-ask]");
  if (!form) return;

  // Yuan as whole fen, so that nothing is rounded; null for what is no amount.
  function fen(text) {
    const plain = text.normalize("NFKC").trim();
    if (plain === "") return 0;
    const parts = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(plain);
    return parts ? Number(parts[1]) * 100 + Number((parts[2] || "").padEnd(2, "0")) : null;
  }
  const table = form.querySelector("tfoot tr");
  const plainWords = table ? form.querySelector("[data-sum-words]").textContent : "";
  function signed(text) { return text.startsWith("-") ? -fen(text.slice(1)) : fen(text); }
  function yuan(amount) {
    const whole = String(Math.floor(Math.abs(amount) / 100)).replace(/\B(?=(\d{3})+$)/g, ",");
    return (amount < 0 ? "\u2212" : "") + whole + "." + String(Math.abs(amount) % 100).padStart(2, "0");
  }
  function show(row, asked) {
    const left = signed(row.dataset.room) - asked;
    const cell = row.querySelector("[data-left-then]");
    cell.textContent = yuan(left);
    cell.classList.toggle("neg", left < 0);
    return left >= 0;
  }
  function count() {
    if (!table) return;
    let sum = 0, fits = true;
    form.querySelectorAll("tbody tr[data-room]").forEach(function (row) {
      const asked = fen(row.querySelector("[data-amount]").value);
      if (asked === null) return;
      row.classList.toggle("is-picked", asked > 0);
      sum += asked;
      if (asked > 0) fits = show(row, asked) && fits; else show(row, 0);
    });
    fits = show(table, sum) && fits;
    form.querySelector("[data-sum]").textContent = yuan(sum);
    const button = form.querySelector("[data-sum-words]");
    button.textContent = sum ? button.dataset.sumWords.replace("{amount}", yuan(sum)) : plainWords;
    form.querySelector("[data-too-much]").hidden = fits;
  }
  function payee() {
    const channel = form.querySelector("[name=channel]:checked");
    const same = form.querySelector("[name=same_payee]");
    const goes = channel && ["alipay", "bank"].includes(channel.value);
    const wanted = goes && !(same && same.checked);
    form.querySelector("[data-payee]").hidden = !wanted;
    if (same) same.closest("label").hidden = !goes;
  }
  form.addEventListener("input", count);
  // Pieces have become amounts.
  form.addEventListener("htmx:afterSwap", count);
  form.addEventListener("change", payee);
  count();
  payee();
})();
