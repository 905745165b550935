// The question before a connection is given up.

/** Asks; Escape and Cancel mean no. */
export function confirmed(title) {
  const question = document.getElementById("question");
  question.querySelector("h2").textContent = `Disconnect ${title}?`;
  question.returnValue = "no";
  question.showModal();
  return new Promise((resolve) => {
    question.addEventListener("close", () => resolve(question.returnValue === "yes"), { once: true });
  });
}
