// Makes a part of the page say what a fresh reading of it says, and touches only what differs: focus, scroll, open folds,
// ticked boxes and maps stay.

const OWN = new Set(["open", "data-dirty", "data-sent", "data-htmx-powered"]); // the page's, not the server's
const ELEMENT = 1;

const key = (node) => (node.nodeType === ELEMENT ? node.id || node.querySelector(":scope > * > [data-line][id]")?.id || "" : "");
const alike = (one, other) => one.nodeType === other.nodeType && one.nodeName === other.nodeName && key(one) === key(other);

// tells the elements that are new
export function morph(old, fresh, added = []) {
  if (old.isEqualNode(fresh)) return added;
  if (old.nodeType !== ELEMENT) {
    old.nodeValue = fresh.nodeValue;
  } else if (!old.localName.includes("-")) { // what a custom element holds is its own
    dress(old, fresh);
    raise(old, fresh, added);
  }
  return added;
}

function dress(old, fresh) {
  for (const { name, value } of fresh.attributes) if (!OWN.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) if (!OWN.has(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
}

function raise(old, fresh, added) {
  const wanted = new Set([...fresh.childNodes].map(key));
  for (const child of [...old.childNodes]) if (!wanted.has(key(child)) && key(child)) child.remove();
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const match = found(at, next);
    if (match && match === at) at = at.nextSibling;
    else old.insertBefore(match ?? next, at);
    if (match) morph(match, next, added);
    else if (next.nodeType === ELEMENT) added.push(next);
  }
  while (at) {
    const rest = at;
    at = at.nextSibling;
    rest.remove();
  }
}

// the child from `at` on that is what `next` is: what stands in its place, else by its key
function found(at, next) {
  if (at && alike(at, next)) return at;
  if (!key(next)) return null;
  for (let each = at; each; each = each.nextSibling) if (alike(each, next)) return each;
  return null;
}
