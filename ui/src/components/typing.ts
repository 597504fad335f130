//! Where keys and menu items belong to a text field rather than to the page.

/** Whether somebody types text there. */
export function isTextField(element: Element | null): boolean {
  return element !== null && element.closest('input, textarea, [contenteditable=true]') !== null
}
