@echo off
call "%~dp0..\run.bat" migrate-to-postgres %*
exit /b %errorlevel%
