// The drawer at the side, in which one thing is read or written.

const drawer = document.getElementById("drawer");
const title = document.getElementById("drawer-title");
const body = document.getElementById("drawer-body");

/** Opens the drawer, or replaces what is in it. */
export function openDrawer(heading, ...children) {
  title.textContent = heading;
  body.replaceChildren(...children);
  drawer.scrollTop = 0;
  if (!drawer.open) {
    drawer.showModal();
  }
  title.focus();
}

/** Replaces what is in the drawer if `marker` is still in it; the reader may have gone on. */
export function fillDrawer(marker, heading, ...children) {
  if (drawer.open && marker.isConnected) {
    title.textContent = heading;
    body.replaceChildren(...children);
  }
}

/** Closes the drawer; the focus goes back to where it was opened. */
export function closeDrawer() {
  drawer.close();
}

document.getElementById("drawer-close").addEventListener("click", closeDrawer);
// What was read does not stay in the page.
drawer.addEventListener("close", () => body.replaceChildren());
drawer.addEventListener("click", (event) => event.target === drawer && closeDrawer());
