/* One window of PhantomJS: takes orders as JSON by HTTP on the port that it is told, and answers each with JSON. As `qtwebkit.py` does by lines. */
var system = require('system'), server = require('webserver').create(), page = require('webpage').create();
var small = { width: 240, height: 320 }, errors = [];

page.viewportSize = small;
page.onError = function (message) { errors.push(message); };

function obey(order, done) {
  if (order['do'] === 'goto') {
    page.open(order.address, function () { done(null); });
  } else if (order['do'] === 'evaluate') {
    done(page.evaluateJavaScript('function () { return ' + order.expression + '; }'));
  } else if (order['do'] === 'picture') {
    page.evaluate(function () { document.body.bgColor = 'white'; }); /* Else it is transparent where no style says more. */
    page.render(order.file);
    done(null);
  } else {
    done(errors);
  }
}

server.listen('127.0.0.1:' + system.args[1], { keepAlive: false }, function (request, response) {
  obey(JSON.parse(request.post), function (said) {
    response.statusCode = 200;
    response.setHeader('Content-Type', 'application/json');
    response.write(JSON.stringify(said === undefined ? null : said));
    response.close();
  });
});
