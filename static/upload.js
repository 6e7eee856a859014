/* Shows how far a file has been sent. The form is sent by htmx where that is there, and by itself everywhere else. What comes back is
   the page after it, which is then opened, or the form with what is wrong, which is put in its place. */
(function (d) {
  function on(name, act) {
    d.addEventListener('htmx:' + name, function (e) {
      var x = e.detail;
      if ((x.requestConfig ? x.requestConfig.elt : e.target).id === 'form') { act(x, e); }
    });
  }
  function show(id, whether) {
    var found = d.getElementById(id);
    if (found) { found.hidden = !whether; }
  }
  on('xhr:progress', function (x) {
    var bar = d.getElementById('sending');
    if (bar && x.total) {
      show('under-way', true);
      show('unsent', false);
      bar.max = x.total;
      bar.value = x.loaded;
    }
  });
  on('beforeSwap', function (x, e) {
    if (x.xhr.status < 400 && x.xhr.responseURL) {
      e.preventDefault();
      location.href = x.xhr.responseURL;
    } else {
      x.shouldSwap = true;
      x.isError = false;
    }
  });
  on('sendError', function () { show('under-way', false); show('unsent', true); });
})(document);
