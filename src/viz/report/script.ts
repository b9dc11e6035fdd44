// The script of a report, as text: the switch between light and dark, downloads, and the mark of the section that is
// read. Without it the page shows all that it has.

/** Runs in the page that holds it; it knows nothing of the run. */
export const pageScript = `(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);

  const button = byId('theme');
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ?? (prefersDark.matches ? 'dark' : 'light')) === 'dark';
  const label = () => { button.textContent = isDark() ? 'Light' : 'Dark'; };
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    label();
  });
  prefersDark.addEventListener('change', label);
  button.hidden = false;
  label();

  for (const link of document.querySelectorAll('a[data-download]')) {
    const source = byId(link.dataset.download);
    link.href = URL.createObjectURL(new Blob([source.textContent], { type: link.dataset.type }));
    link.hidden = false;
  }

  const reveal = () => {
    const target = location.hash === '' ? null : byId(decodeURIComponent(location.hash.slice(1)));
    const around = target === null ? null : target.closest('details');
    if (around !== null && !around.open) {
      around.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener('hashchange', reveal);
  reveal();

  const links = new Map([...document.querySelectorAll('nav a')].map((link) => [link.hash.slice(1), link]));
  const visible = new Set();
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) visible.add(target.id);
      else visible.delete(target.id);
    }
    const current = [...links.keys()].find((id) => visible.has(id));
    for (const [id, link] of links) {
      if (id === current) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  }, { rootMargin: '-10% 0px -60% 0px' });
  for (const id of links.keys()) watcher.observe(byId(id));
})();`;
