/* Shows how far a file has been sent. The form is sent by htmx where that is there, and by itself everywhere else. What comes back is
   the page after it, which is then opened, or the form with what is wrong, which is put in its place. */
(function (d, bar) {
  function on(name, act) {
    d.addEventListener('htmx:' + name, function (e) { if (e.target.id === 'form') { act(e.detail, e); } });
  }
  function shown(loaded, total) {
    bar = d.getElementById('sending');
    if (bar && total) {
      bar.parentNode.hidden = false;
      bar.max = total;
      bar.value = loaded;
    }
  }
  on('xhr:progress', function (x) { shown(x.loaded, x.total); });
  on('beforeSwap', function (x, e) {
    if (x.xhr.status < 400 && x.xhr.responseURL) {
      e.preventDefault();
      location.href = x.xhr.responseURL;
    } else {
      x.shouldSwap = true;
      x.isError = false;
    }
  });
  on('sendError', function (x) { bar = d.getElementById('sending'); if (bar) { bar.parentNode.hidden = true; } x.elt.submit(); });
})(document);
