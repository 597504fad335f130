// Runs before the first paint, so that the window never flashes in the wrong theme. A file of its own because the
// content security policy forbids inline scripts. The key and the attribute are Mantine's.
;(function () {
  var chosen = null
  try {
    chosen = localStorage.getItem('heddle.theme')
  } catch (_) {}
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
})()
