/* Loads htmx where the browser can read it, and nothing elsewhere: no browser ever sees a script error. replaceAll is younger than
   all that htmx 2 needs (XMLHttpRequest, history, promises, the ?? operator), and asking for it needs no eval, which the page forbids.
   Only once the page is there: arriving between DOMContentLoaded and load, htmx would wait for ever for what has already happened. */
(function (d, c, s) {
  if (''.replaceAll && !(c && c.saveData)) {
    addEventListener('load', function () {
      s = d.createElement('script');
      s.src = '{htmx}';
      d.head.appendChild(s);
    });
  }
})(document, navigator.connection);
