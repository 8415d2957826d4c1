-- Documents of versions before name no PKGBUILD that is generated: those of every worker are written again.
INSERT INTO due (worker) SELECT id FROM workers;
